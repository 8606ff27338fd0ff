import { describe, expect, it } from "vitest"
import { fixtureText, linkTo } from "../../test/support/fake-sentry.ts"
import type { RawObject } from "../resync/kind.ts"
import type { Answer, Got } from "./answers.ts"
import { linkCursor, paginate, parseLink } from "./pagination.ts"

interface LinkCase {
  name: string
  header: string | null
  next: string | null
  previous: string | null
}
const cases = JSON.parse(fixtureText("sentry/headers/link.json")) as LinkCase[] // written in this form

describe("linkCursor", () => {
  it.each(cases)("finds the cursors: $name", ({ header, next, previous }) => {
    expect(linkCursor(header, "next") ?? null).toBe(next)
    expect(linkCursor(header, "previous") ?? null).toBe(previous)
  })

  it("reads attributes in any order, and entries without a space after the comma", () => {
    const header = '<a>;cursor="1:0:0";results="true";rel="next",<b>; rel="previous"; results="false"'

    expect(parseLink(header).map(({ url }) => url)).toEqual(["a", "b"])
    expect(linkCursor(header, "next")).toBe("1:0:0")
  })

  it("takes no cursor from an entry that lacks one", () => {
    expect(linkCursor('<http://x/?cursor=None>; rel="next"; results="true"', "next")).toBeUndefined()
  })
})

describe("paginate", () => {
  it("goes on after an empty page that announces more", async () => {
    const cursors: (string | undefined)[] = []
    const pages = await collect((cursor) => {
      cursors.push(cursor)
      if (cursor === undefined) return page([], "1:0:0")
      return cursor === "1:0:0" ? page([{ id: "1" }], "2:0:0") : page([{ id: "2" }], undefined)
    })

    expect(cursors).toEqual([undefined, "1:0:0", "2:0:0"])
    expect(pages.flatMap((answer) => (answer.ok ? answer.value : []))).toEqual([{ id: "1" }, { id: "2" }])
  })

  it("stops with a failure when a cursor comes back", async () => {
    const pages = await collect((cursor) => page([{ id: "1" }], cursor === "1:0:0" ? "2:0:0" : "1:0:0"))

    expect(pages.at(-1)).toMatchObject({ ok: false, why: "shape" })
    expect(pages).toHaveLength(4)
  })

  it("gives up on a list that announces more without end and sends nothing", async () => {
    let at = 0
    const pages = await collect(() => page([], `${++at}:0:0`))

    expect(pages).toEqual([expect.objectContaining({ ok: false, why: "shape" })])
    expect(at).toBeLessThan(200)
  })

  it("yields what was read before a page that failed", async () => {
    const pages = await collect((cursor) =>
      cursor === undefined ? page([{ id: "1" }], "1:0:0") : page("not a list", undefined),
    )

    expect(pages.map(({ ok }) => ok)).toEqual([true, false])
  })
})

function page(body: Got["body"], next: string | undefined): Answer<Got> {
  return { ok: true, value: { body, link: linkTo(next), what: "GET x" } }
}

async function collect(getPage: (cursor: string | undefined) => Answer<Got>) {
  const pages: Answer<RawObject[]>[] = []
  for await (const one of paginate(async (cursor) => getPage(cursor))) pages.push(one)
  return pages
}
