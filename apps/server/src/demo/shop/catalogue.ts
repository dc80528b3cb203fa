/** What the shop sells. */

/** An article. */
export interface Article {
  readonly sku: string
  readonly name: string
  /** Price in cents. */
  readonly price: number
}

/** All articles. */
export const CATALOGUE: readonly Article[] = [
  { sku: 'tea', name: 'Tea, loose', price: 690 },
  { sku: 'cup', name: 'Cup with a chip', price: 350 },
  { sku: 'mask', name: 'Mask, smiling', price: 1450 },
  { sku: 'wig', name: 'Wig, powdered', price: 3900 },
  { sku: 'script', name: 'Script with notes', price: 1200 },
  { sku: 'lamp', name: 'Ghost light', price: 5400 },
]

/** The article of that number, if there is one. */
export function articleOf(sku: unknown): Article | undefined {
  return CATALOGUE.find((article) => article.sku === sku)
}

/** The themes a visitor can choose. */
export const THEMES = ['light', 'dark'] as const
