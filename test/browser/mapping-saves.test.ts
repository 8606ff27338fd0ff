// Saving the mapping: nothing that a person has typed is lost, and of two who save one is told.
import type { Page } from "playwright-core"
import { describe, expect } from "vitest"
import { browserTest as it, seriousIn } from "../support/browser.ts"

const editor = (page: Page) => page.getByRole("textbox", { name: "The mapping as YAML" })
const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true })

async function put(page: Page, text: string): Promise<void> {
  await editor(page).click()
  await page.keyboard.press("Control+a")
  await page.keyboard.insertText(text)
}

async function type(page: Page, text: string): Promise<void> {
  await editor(page).click()
  await page.keyboard.press("Control+End")
  await page.keyboard.insertText(text)
}

/** `title`: jq, in quotes where it is a text of its own. */
const mapping = (title: string) => `resources:
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

describe("a mapping that is saved", () => {
  it("keeps what is typed while the save is under way, as not saved", async ({ page }) => {
    await page.goto("/mapping")
    await put(page, mapping(".name"))
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route("**/integration/mapping", async (route) => {
      if (route.request().method() === "PUT") await held
      await route.continue()
    })
    await save(page).click()
    await type(page, "# typed meanwhile\n")
    answer()
    await page.getByText(/Saved as version/).waitFor()
    await editor(page).getByText("# typed meanwhile").waitFor()
    await page.getByText("not saved", { exact: true }).waitFor()
    await save(page).click()
    await page.getByText("not saved", { exact: true }).waitFor({ state: "hidden" })
  })

  it("keeps what was not saved where an earlier version is made live", async ({ page }) => {
    await page.goto("/mapping")
    await put(page, mapping(".slug"))
    await save(page).click()
    await page.getByText(/Saved as version/).waitFor()
    await type(page, "# my draft\n")
    await page.getByRole("tab", { name: "History" }).click()
    await page.getByRole("button", { name: "Make it live" }).first().click()
    await page.getByText(/is live again.*still in the editor/).waitFor()
    await editor(page).getByText("# my draft").waitFor()
    await page.getByRole("button", { name: "Undo all" }).click()
    await editor(page).getByText("# my draft").waitFor({ state: "hidden" })
    await page.getByText("not saved", { exact: true }).waitFor({ state: "hidden" })
  })

  it("by two at once is told to the second, who decides what is kept", async ({ page, open }) => {
    const other = await open()
    const own = Date.now() // so that a second try of this test has something to save
    for (const one of [page, other]) await one.goto("/mapping")
    await put(page, mapping(`'"first ${own}"'`))
    await put(other, mapping(`'"second ${own}"'`))
    await save(page).click()
    await page.getByText(/Saved as version/).waitFor()
    await save(other).click()
    const dialog = other.getByRole("dialog", { name: "It was not saved" })
    await dialog.getByText("the mapping was changed since you began").waitFor()
    expect(await seriousIn(other)).toEqual([])
    await dialog.getByRole("button", { name: "Take the other one" }).click()
    await editor(other).getByText(`"first ${own}"`).waitFor()

    await put(page, mapping(`'"third ${own}"'`))
    await save(page).click()
    await page.getByText("not saved", { exact: true }).waitFor({ state: "hidden" })
    await put(other, mapping(`'"mine ${own}"'`))
    await save(other).click()
    await dialog.getByRole("button", { name: "Save mine over it" }).click()
    await other.getByText("not saved", { exact: true }).waitFor({ state: "hidden" })
    await page.reload()
    await editor(page).getByText(`"mine ${own}"`).waitFor()
  })
})
