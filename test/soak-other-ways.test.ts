import { expect, it } from "vitest"
import { cameOtherwise } from "../scripts/soak/other-ways.ts"

const list = "Sentry GET /api/0/organizations/acme/issues/?project=-1"
const byId = `${list}&group=11&group=12`
const issue = (id: number) => `Sentry GET /api/0/organizations/acme/issues/${id}/`
const tags = `${issue(12)}tags/environment/`
const ofProject = "Sentry GET /api/0/projects/acme/api/issues/?query=is%3Aunresolved"

it.each([
  ["issues looked up one by one", byId, [issue(11), issue(12)], true],
  ["one of them not", byId, [issue(11)], false],
  ["the values of a tag", tags, [`${tags}values/?cursor=`], true],
  ["those of another issue", tags, [`${issue(13)}tags/environment/values/`], false],
  ["the lists of the projects", list, [ofProject], true],
  ["nothing else", list, [issue(11), tags], false],
  ["a write to Port", "write issue 12", [issue(12)], false],
])("%s", (_name, call, brought, came) => {
  const calls = new Map([...brought.map((one) => [one, false] as const), [call, true] as const])
  expect(cameOtherwise(call, calls)).toBe(came)
  const struck = new Map([...calls.keys()].map((one) => [one, true]))
  expect(cameOtherwise(call, struck), "where the other call was struck too").toBe(false)
})
