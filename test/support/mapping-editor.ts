// The editor of the mapping studio, as a person writes into it.
import type { Locator, Page } from "playwright-core"

export function mappingEditor(page: Page): Locator {
  return page.getByRole("textbox", { name: "The mapping as YAML" })
}

/** In place of all that stands there. */
export async function putMapping(page: Page, text: string): Promise<void> {
  await mappingEditor(page).click()
  await page.keyboard.press("Control+a")
  await page.keyboard.insertText(text)
}

/** Teams alone. `title`: jq, in quotes where it is a text of its own. */
export function teamMapping(title: string): string {
  return `resources:
  - kind: team
    selector:
      query: 'true'
    port:
      entity:
        mappings:
          identifier: .slug
          title: ${title}
          blueprint: '"sentryTeam"'
`
}
