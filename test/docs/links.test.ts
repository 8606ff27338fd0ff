// Every link of the pages that leads to a file of this repository, or to a heading of one, leads somewhere.
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")
const pages = ["*.md", "docs/**/*.md"].flatMap((pattern) => globSync(pattern, { cwd: root }))

interface Link {
  page: string
  target: string
}

function linksOf(page: string): Link[] {
  const text = readFileSync(join(root, page), "utf8")
    .replaceAll(/^```.*?^```/gms, "")
    .replaceAll(/`[^`\n]*`/g, "")
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => ({ page, target }))
    .filter(({ target }) => !/^[a-z]+:/.test(target))
}

/** As a forge makes the anchors of headings. */
function anchorsOf(file: string): Set<string> {
  const text = readFileSync(file, "utf8").replaceAll(/^```.*?^```/gms, "")
  const seen = new Map<string, number>()
  const anchors = new Set<string>()
  for (const [, heading = ""] of text.matchAll(/^#+\s+(.*)$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase()
    const name = words
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
      .trim()
      .replaceAll(" ", "-")
    const times = seen.get(name) ?? 0
    seen.set(name, times + 1)
    anchors.add(times === 0 ? name : `${name}-${times}`)
  }
  return anchors
}

function leadsNowhere({ page, target }: Link): boolean {
  const [path = "", anchor] = target.split("#")
  const file = path === "" ? join(root, page) : join(root, dirname(page), path)
  if (!existsSync(file)) return true
  return anchor !== undefined && file.endsWith(".md") && !anchorsOf(file).has(anchor)
}

it("links lead to files and headings that are there", () => {
  const links = pages.flatMap(linksOf)
  expect(links.length).toBeGreaterThan(120)
  expect(links.filter(leadsNowhere)).toEqual([])
})
