/** The inspector's entrance: styles, the page, the link. */
import './style/tokens.css'
import './style/base.css'
import './style/shell.css'
import { render } from 'preact'
import { App } from './app.js'
import { start } from './inspect/inspector.js'

const place = document.querySelector('#app')
if (place === null) throw new Error('index.html has no #app')
render(<App />, place)
start()
