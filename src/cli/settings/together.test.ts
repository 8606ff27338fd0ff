import { describe, expect, it } from "vitest"
import { problemsOf, read } from "../../../test/support/settings.ts"

describe("what settings mean together", () => {
  it("uses the old integration.config.appHost as base URL, with a warning", () => {
    const legacy = { OCEAN__INTEGRATION__CONFIG__APP_HOST: "https://old.example/" }
    expect(read(legacy).settings.baseUrl).toBe("https://old.example")
    expect(read(legacy).warnings[0]).toContain("deprecated, used as base URL")
    const both = read({ ...legacy, OCEAN__BASE_URL: "https://new.example" })
    expect(both.settings.baseUrl).toBe("https://new.example")
  })

  it("lets jq see allowed names only, and none where its access is switched off", () => {
    const environment = { REGION: "eu", HOME: "/root", OCEAN__JQ_ALLOWED_ENVIRONMENT: "REGION, ABSENT" }
    expect(read(environment).settings.jqEnvironment).toEqual({ REGION: "eu" })
    const allowed = { ...environment, OCEAN__ALLOW_ENVIRONMENT_VARIABLES_JQ_ACCESS: "true" }
    expect(read(allowed).settings.jqEnvironment).toEqual({ REGION: "eu" })
    const denied = { ...environment, OCEAN__ALLOW_ENVIRONMENT_VARIABLES_JQ_ACCESS: "false" }
    expect(read(denied).settings.jqEnvironment).toEqual({})
    expect(read({ HOME: "/root" }).settings.jqEnvironment).toEqual({})
  })

  it("leaves all jq to jq, if asked to", () => {
    expect(read({}).settings.jqFastPath).toBe(true)
    expect(read({ OCEAN__JQ_FAST_PATH: "false" }).settings.jqFastPath).toBe(false)
  })

  it("needs an address for the listener WEBHOOK, and says once what is wrong with it", () => {
    expect(problemsOf({ OCEAN__EVENT_LISTENER: '{"type":"WEBHOOK"}' })).toHaveLength(1)
    expect(problemsOf({ OCEAN__EVENT_LISTENER: '{"type":"WEBHOOK","appHost":"me.example"}' })).toEqual([
      "OCEAN__EVENT_LISTENER: appHost: expected an address that begins with http:// or https://",
    ])
  })

  it("needs brokers for the listener KAFKA, and none for another", () => {
    expect(problemsOf({ OCEAN__EVENT_LISTENER: '{"type":"KAFKA","brokers":[]}' })).toHaveLength(1)
    expect(problemsOf({ OCEAN__EVENT_LISTENER: '{"type":"POLLING","brokers":[]}' })).toEqual([])
  })

  it("never lets jq see a variable of ours", () => {
    expect(problemsOf({ OCEAN__JQ_ALLOWED_ENVIRONMENT: "A,ocean__port__client_secret" })[0]).toContain(
      "ocean__port__client_secret may not be read by jq",
    )
  })

  it("refuses the actions processor, which Sentry does not have", () => {
    expect(problemsOf({ OCEAN__ACTIONS_PROCESSOR__ENABLED: "true" })).toEqual([
      "OCEAN__ACTIONS_PROCESSOR__ENABLED: Sentry has no actions (set it to false)",
    ])
  })

  it("warns once of each setting without effect that is not at its default, and of unchecked certificates", () => {
    const { warnings } = read({
      OCEAN__PROCESSING_MODE: "dsp",
      OCEAN__LAKEHOUSE_ENABLED: "true",
      OCEAN__STREAMING__ENABLED: "true",
      OCEAN__PROCESS_EXECUTION_MODE: "single_process",
      OCEAN__SSL__THIRD_PARTY__VERIFY: "false",
    })
    expect(warnings).toEqual([
      "OCEAN__SSL__THIRD_PARTY__VERIFY: the certificate of Sentry is not checked, which is unsafe",
      "OCEAN__PROCESSING_MODE: has no effect: mapping is always done here; Port is told `ocean-core`",
      "OCEAN__STREAMING__ENABLED: has no effect: answers are read a page at a time, in memory",
    ])
  })

  it("accepts all that the original's chart sends, with one line about the processing mode", () => {
    const { settings, warnings } = read({
      OCEAN__PORT__BASE_URL: "https://api.getport.io",
      OCEAN__PORT__CLIENT_ID: "id",
      OCEAN__PORT__CLIENT_SECRET: "secret",
      OCEAN__INITIALIZE_PORT_RESOURCES: "true",
      OCEAN__ALLOW_ENVIRONMENT_VARIABLES_JQ_ACCESS: "true",
      OCEAN__SEND_RAW_DATA_EXAMPLES: "true",
      OCEAN__EVENT_LISTENER: '{"brokers":"b-1:9196,b-2:9196","type":"POLLING"}',
      OCEAN__INTEGRATION__IDENTIFIER: "sentry",
      OCEAN__PROCESS_EXECUTION_MODE: "single_process",
      OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: "https://sentry.io",
      OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: "acme",
      OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "token",
      OCEAN__LAKEHOUSE_ENABLED: "true",
      OCEAN__PROCESSING_MODE: "dsp",
      OCEAN__STREAMING__ENABLED: "false",
      OCEAN__ACTIONS_PROCESSOR__ENABLED: "false",
    })
    expect(settings.eventListener.type).toBe("POLLING")
    expect(warnings).toEqual([
      "OCEAN__PROCESSING_MODE: has no effect: mapping is always done here; Port is told `ocean-core`",
    ])
  })
})
