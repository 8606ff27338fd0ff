import { describe, expect, it } from "vitest"
import { problemsOf, read } from "../../../test/support/settings.ts"

describe("config.yaml", () => {
  it("takes camelCase and snake_case keys", () => {
    const yaml = "port:\n  client_id: a\n  clientSecret: b\nevent_listener:\n  resync_on_start: no\n"
    const { settings } = read({}, { files: { "config.yaml": yaml } })
    expect(settings.port).toMatchObject({ clientId: "a", clientSecret: "b" })
    expect(settings.eventListener.resyncOnStart).toBe(false)
  })

  it("reads {{ from env NAME }}, and counts the key as absent where NAME is not set", () => {
    const yaml = 'port:\n  clientId: "{{ from env PORT_ID }}"\n  clientSecret: "{{from env PORT_SECRET}}"\n'
    const { settings, sources } = read({ PORT_ID: "abc" }, { files: { "config.yaml": yaml } })
    expect(settings.port.clientId).toBe("abc")
    expect(settings.port.clientSecret).toBeUndefined()
    expect(sources.get("port.clientId")).toBe("config.yaml:2:3 (port.clientId from PORT_ID)")
  })

  it("says that an unquoted {{ from env NAME }} needs quotes", () => {
    const problems = problemsOf({}, { files: { "config.yaml": "strict: {{ from env STRICT }}\n" } })
    expect(problems[0]).toContain("needs quotes")
    expect(problems[0]).toMatch(/^config\.yaml:1:1: strict: /)
  })

  it("warns of unknown keys with line and column", () => {
    const { warnings } = read(
      {},
      { files: { "config.yaml": "integration:\n  config:\n    sentryTokn: x\nfoo: 1\n" } },
    )
    expect(warnings).toEqual([
      "config.yaml:3:5 (integration.config.sentryTokn): unknown setting, ignored; did you mean sentryToken?",
      "config.yaml:4:1 (foo): unknown setting, ignored",
    ])
  })

  it("refuses a file that is not YAML, or no mapping, with its place", () => {
    expect(problemsOf({}, { files: { "config.yaml": "port: [1\nstrict: true" } })[0]).toMatch(
      /^config\.yaml:\d+:\d+: /,
    )
    expect(problemsOf({}, { files: { "config.yaml": "- a\n" } })).toEqual([
      "config.yaml:1:1: expected a mapping of settings",
    ])
    expect(problemsOf({}, { files: { "config.yaml": "# nothing yet\n" } })).toEqual([])
  })

  it("keeps a number that is meant as text as it is written", () => {
    const yaml = "integration:\n  identifier: 007\n  config: { sentryOrganization: 123 }\n"
    const { integration } = read({}, { files: { "config.yaml": yaml } }).settings
    expect([integration.identifier, integration.config.sentryOrganization]).toEqual(["007", "123"])
  })
})
