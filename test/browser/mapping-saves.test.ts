// Saving the mapping: nothing that a person has typed is lost, and of two who save one is told.
import type { Page } from "playwright-core"
import { describe, expect } from "vitest"
import { browserTest as it, seriousIn } from "../support/browser.ts"
import { mappingEditor, putMapping, teamMapping } from "../support/mapping-editor.ts"

const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true })

async function type(page: Page, text: string): Promise<void> {
  await mappingEditor(page).click()
  await page.keyboard.press("Control+End")
  await page.keyboard.insertText(text)
}

describe("a mapping that is saved", () => {
  it("keeps what is typed while the save is under way, as not saved", async ({ page }) => {
    await page.goto("/mapping")
    await putMapping(page, teamMapping(".name"))
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
    await mappingEditor(page).getByText("# typed meanwhile").waitFor()
    await page.getByText("not saved", { exact: true }).waitFor()
    await save(page).click()
    await page.getByText("not saved", { exact: true }).waitFor({ state: "hidden" })
  })

  it("keeps what was not saved where an earlier version is made live", async ({ page }) => {
    await page.goto("/mapping")
    await putMapping(page, teamMapping(".slug"))
    await save(page).click()
    await page.getByText(/Saved as version/).waitFor()
    await type(page, "# my draft\n")
    await page.getByRole("tab", { name: "History" }).click()
    await page.getByRole("button", { name: "Make it live" }).first().click()
    await page.getByText(/is live again.*still in the editor/).waitFor()
    await mappingEditor(page).getByText("# my draft").waitFor()
    await page.getByRole("button", { name: "Undo all" }).click()
    await mappingEditor(page).getByText("# my draft").waitFor({ state: "hidden" })
    await page.getByText("not saved", { exact: true }).waitFor({ state: "hidden" })
  })

  it("by two at once is told to the second, who decides what is kept", async ({ page, open }) => {
    const other = await open()
    const own = Date.now() // so that a second try of this test has something to save
    for (const one of [page, other]) await one.goto("/mapping")
    await putMapping(page, teamMapping(`'"first ${own}"'`))
    await putMapping(other, teamMapping(`'"second ${own}"'`))
    await save(page).click()
    await page.getByText(/Saved as version/).waitFor()
    await save(other).click()
    const dialog = other.getByRole("dialog", { name: "It was not saved" })
    await dialog.getByText("the mapping was changed since you began").waitFor()
    expect(await seriousIn(other)).toEqual([])
    await dialog.getByRole("button", { name: "Take the other one" }).click()
    await mappingEditor(other).getByText(`"first ${own}"`).waitFor()

    await putMapping(page, teamMapping(`'"third ${own}"'`))
    await save(page).click()
    await page.getByText("not saved", { exact: true }).waitFor({ state: "hidden" })
    await putMapping(other, teamMapping(`'"mine ${own}"'`))
    await save(other).click()
    await dialog.getByRole("button", { name: "Save mine over it" }).click()
    await other.getByText("not saved", { exact: true }).waitFor({ state: "hidden" })
    await page.reload()
    await mappingEditor(page).getByText(`"mine ${own}"`).waitFor()
  })
})
