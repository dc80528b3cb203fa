/** A driver for unstorage. */
export { understudyDriver as default, understudyDriver, type UnderstudyDriverOptions } from './understudy-driver.js'
