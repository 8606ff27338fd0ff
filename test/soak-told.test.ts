import { expect, it } from "vitest"
import { isTold } from "../scripts/soak/told.ts"

const list = "Sentry GET /api/0/organizations/acme/issues/?project=-1"
const byId = `${list}&limit=100&group=11&group=12`
const tags = "Sentry GET /api/0/organizations/acme/issues/12/tags/environment/"
const one = "Sentry GET /api/0/organizations/acme/issues/12/"

const lookUpFailed =
  "  2 of issue (12-production, 13-production): GET organizations/acme/issues/ answered 503"
const listFailed = "  2 of issue (12-production): issue: GET organizations/acme/issues/ answered 503"
const tagsFailed = "  1 of issue (12-production): issue-tag 12 could not be mapped again"
const oneFailed = "  1 of issue (12): GET organizations/acme/issues/12/ answered 503"

it.each([
  ["a look-up of many whose reason stands beside an entity of theirs", byId, lookUpFailed, true],
  ["the same beside an entity of another issue", byId.replace("group=12", "group=14"), lookUpFailed, false],
  ["the same where one of them could not be looked up by itself either", byId, oneFailed, true],
  ["the failure of the list itself", byId, listFailed, false],
  ["a list, though look-ups are told", list, lookUpFailed, false],
  ["tags of an issue that could not be mapped again", tags, tagsFailed, true],
  ["tags of another issue", tags, tagsFailed.replaceAll("12", "13"), false],
  ["an issue", one, oneFailed, true],
  ["an issue in the log alone", one, "GET organizations/acme/issues/12/ answered 503", false],
  ["a write to Port", "write issue 12", lookUpFailed, false],
])("%s", (_name, call, line, told) => {
  expect(isTold(call, `Not deleted:\n${line}\n`)).toBe(told)
})
