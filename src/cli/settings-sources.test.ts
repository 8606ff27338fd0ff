import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { folderWith, problemsOf, read } from "../../test/support/settings.ts"
import { createMask } from "../common/mask.ts"

describe("precedence", () => {
  const files = {
    ".env": "OCEAN__CLIENT_TIMEOUT=3\nOCEAN__SERVER__PORT=3003\nOCEAN__STRICT=yes\n",
    "config.yaml":
      "clientTimeout: 4\nserver: { port: 4004 }\nstrict: false\neventListener:\n  interval: 44\n",
  }

  it("takes an option over the environment, over .env, over config.yaml, over the default", () => {
    const { settings } = read({ OCEAN__SERVER__PORT: "2002" }, { files, flags: { "server.port": "1001" } })
    expect(settings.server.port).toBe(1001)
    expect(read({ OCEAN__SERVER__PORT: "2002" }, { files }).settings.server.port).toBe(2002)
    expect(settings.clientTimeout).toBe(3)
    expect(settings.strict).toBe(true)
    expect(settings.eventListener.interval).toBe(44)
    expect(settings.eventListener.type).toBe("POLLING")
  })

  it("lets the environment win over config.yaml for nested and for top-level values", () => {
    const { settings } = read({ OCEAN__EVENT_LISTENER__INTERVAL: "5", OCEAN__CLIENT_TIMEOUT: "6" }, { files })
    expect([settings.eventListener.interval, settings.clientTimeout]).toEqual([5, 6])
  })

  it("says where each given value came from, and tells given ones from defaults", () => {
    const { sources, settings } = read(
      { OCEAN__EVENT_LISTENER: '{"interval": 7}', ocean__path_prefix: "p" },
      { files, flags: { "server.port": 1, logLevel: undefined } },
    )
    expect(Object.fromEntries(sources)).toEqual({
      "server.port": "--port",
      "eventListener.interval": "OCEAN__EVENT_LISTENER (interval)",
      pathPrefix: "ocean__path_prefix",
      clientTimeout: ".env:1 (OCEAN__CLIENT_TIMEOUT)",
      strict: ".env:3 (OCEAN__STRICT)",
    })
    expect(settings.given.has("strict")).toBe(true)
    expect(settings.given.has("logLevel")).toBe(false)
  })

  it("takes the port from the option, then SERVER__PORT, then APPLICATION__PORT in both its forms", () => {
    const all = { OCEAN__SERVER__PORT: "2", OCEAN__APPLICATION__PORT: "3", APPLICATION__PORT: "4" }
    const { OCEAN__SERVER__PORT: _, ...legacy } = all
    expect(read(all, { flags: { "server.port": 1 } }).settings.server.port).toBe(1)
    expect(read(all).settings.server.port).toBe(2)
    expect(read(legacy).settings.server.port).toBe(3)
    expect(read({ APPLICATION__PORT: "4" }).settings.server.port).toBe(4)
    expect(read({}).settings.server.port).toBe(8000)
  })
})

describe("names", () => {
  it.each([
    "OCEAN__INTEGRATION__CONFIG__SENTRY_HOST",
    "ocean__integration__config__sentry_host",
    "OCEAN__INTEGRATION__CONFIG__sentryHost",
    "OCEAN__INTEGRATION__CONFIG__sentryhost",
  ])("finds a setting by the spelling %s", (name) => {
    const { settings, warnings } = read({ [name]: "https://sentry.example.com" })
    expect(settings.integration.config.sentryHost).toBe("https://sentry.example.com")
    expect(warnings).toEqual([])
  })

  it("prefers the exact spelling where two differ, and says which was ignored", () => {
    const { settings, warnings } = read({
      OCEAN__INTEGRATION__CONFIG__sentryHost: "https://old.example.com",
      OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: "https://new.example.com",
    })
    expect(settings.integration.config.sentryHost).toBe("https://new.example.com")
    expect(warnings).toEqual([
      "OCEAN__INTEGRATION__CONFIG__sentryHost: ignored, since OCEAN__INTEGRATION__CONFIG__SENTRY_HOST is set too",
    ])
  })

  it("warns of a client id that looks like a person's", () => {
    const { warnings } = read({ OCEAN__PORT__CLIENT_ID: "ann@acme.example", OCEAN__PORT__CLIENT_SECRET: "x" })
    expect(warnings).toEqual([
      "OCEAN__PORT__CLIENT_ID: looks like a person's; use Port's machine credentials",
    ])
  })

  it.each([
    ["OCEAN__INTEGRATION__CONFIG__SENTRY_TOKN", "OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN"],
    ["OCEAN__SENTRY_TOKEN", "OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN"],
    ["OCEAN__INTEGRATON__IDENTIFIER", "OCEAN__INTEGRATION__IDENTIFIER"],
    ["OCEAN__EVENT_LISTNER__TYPE", "OCEAN__EVENT_LISTENER__TYPE"],
    ["OCEAN__STRICKT", "OCEAN__STRICT"],
  ])("warns of the unknown name %s and proposes %s, without its value", (name, proposal) => {
    const { warnings } = read({ [name]: "s3cr3t" })
    expect(warnings).toEqual([`${name}: unknown setting, ignored; did you mean ${proposal}?`])
  })

  it("warns of an unknown name that resembles none, and of no name that is not ours", () => {
    const { warnings } = read({
      OCEAN__ZZZZ__QQQQ: "1",
      OCEANIC: "1",
      OCEAN_SENTRY_PORT: "tcp://1",
      APPLICATION__X: "1",
    })
    expect(warnings).toEqual(["OCEAN__ZZZZ__QQQQ: unknown setting, ignored"])
  })
})

describe("JSON in a parent variable", () => {
  it("is merged with nested variables, and the nested variable wins", () => {
    const { settings } = read({
      OCEAN__EVENT_LISTENER: '{"type":"KAFKA","interval":9,"brokers":"a:1,b:2"}',
      OCEAN__EVENT_LISTENER__INTERVAL: "10",
      OCEAN__INTEGRATION: '{"identifier":"x","type":"Sentry","config":{"sentryHost":"https://one.example"}}',
      OCEAN__INTEGRATION__CONFIG: '{"sentry_host":"https://two.example","sentryOrganization":"acme"}',
      OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: "nested",
    })
    expect(settings.eventListener).toMatchObject({ type: "KAFKA", interval: 10, brokers: ["a:1", "b:2"] })
    expect(settings.integration).toMatchObject({ identifier: "x", type: "sentry" })
    expect(settings.integration.config).toMatchObject({
      sentryHost: "https://two.example",
      sentryOrganization: "nested",
    })
  })

  it("may be YAML as well, and then each value is the text that stands there", () => {
    const { settings, warnings } = read({
      OCEAN__INTEGRATION__CONFIG:
        'sentry_token: 0123e4\nsentryOrganization: "acme"\nsentry_host: https://one.example  # ours\n',
    })
    expect(warnings).toEqual([])
    expect(settings.integration.config).toMatchObject({
      sentryToken: "0123e4",
      sentryOrganization: "acme",
      sentryHost: "https://one.example",
    })
  })

  it.each([
    '{"type":"WEBHOOK","resyncOnStart":false,"appHost":"https://me.example/","consumerPollTimeout":2}',
    '{"type":"WEBHOOK","resync_on_start":false,"app_host":"https://me.example/","consumer_poll_timeout":2}',
  ])("knows both spellings of its keys: %s", (json) => {
    expect(read({ OCEAN__EVENT_LISTENER: json }).settings.eventListener).toMatchObject({
      resyncOnStart: false,
      appHost: "https://me.example",
      consumerPollTimeout: 2,
    })
  })

  it("passes over unknown keys of the event listener, and warns of unknown keys of the integration", () => {
    const { warnings } = read({
      OCEAN__EVENT_LISTENER: '{"type":"POLLING","somethingOfTheChart":1}',
      OCEAN__INTEGRATION__CONFIG: '{"sentryTokn":"s3cr3t"}',
    })
    expect(warnings).toEqual([
      "OCEAN__INTEGRATION__CONFIG (sentryTokn): unknown setting, ignored; did you mean sentryToken?",
    ])
  })

  it("is refused where it is no object, without showing what it is", () => {
    const problems = problemsOf({ OCEAN__INTEGRATION__CONFIG: '{"sentryToken":"s3cr3t"', OCEAN__PORT: "" })
    expect(problems).toEqual([
      "OCEAN__INTEGRATION__CONFIG: expected a JSON or YAML object with the settings of integration.config",
      "OCEAN__PORT: expected a JSON or YAML object with the settings of port (unset it, or set it to {})",
    ])
  })

  it("names the key that is wrong", () => {
    expect(problemsOf({ OCEAN__EVENT_LISTENER: '{"type":"POLLING","interval":"5m"}' })).toEqual([
      'OCEAN__EVENT_LISTENER: interval: expected a whole number, got "5m"',
    ])
  })
})

describe("values", () => {
  it.each([
    ["true", true],
    ["1", true],
    ["Yes", true],
    ["ON", true],
    ["FALSE", false],
    ["0", false],
    ["no", false],
    ["off", false],
  ])("reads %s as %s", (word, value) => {
    expect(read({ OCEAN__INITIALIZE_PORT_RESOURCES: word }).settings.initializePortResources).toBe(value)
  })

  it.each(["", "5m", "0x10", "1.5", "1e3", "many"])("refuses %j as a whole number", (word) => {
    expect(problemsOf({ OCEAN__CLIENT_TIMEOUT: word })).toHaveLength(1)
  })

  it.each([
    ["120", 120],
    ["15m", 15],
    ["1h", 60],
    ["1h30m", 90],
  ])("reads the scheduled interval %s as %i minutes", (word, count) => {
    expect(read({ OCEAN__SCHEDULED_RESYNC_INTERVAL: word }).settings.scheduledResyncInterval).toBe(count)
  })

  it("refuses a cron expression as interval, and says where it belongs", () => {
    expect(problemsOf({ OCEAN__SCHEDULED_RESYNC_INTERVAL: "'*/60 * * * *'" })[0]).toContain("CronJob")
  })

  it("needs a scheme in a URL, and cuts all slashes at its end", () => {
    expect(read({ OCEAN__PORT__BASE_URL: "https://api.us.getport.io///" }).settings.port.baseUrl).toBe(
      "https://api.us.getport.io",
    )
    expect(problemsOf({ OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: "sentry.io" })).toEqual([
      'OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: expected an address that begins with http:// or https://, got "sentry.io"',
    ])
  })

  it.each([
    ["OCEAN__PORT__CLIENT_ID", "empty (set it, or unset it)"],
    ["OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN", "empty (set it, or unset it)"],
    ["OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET", "empty (set it, or unset it)"],
    ["OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION", "empty (set it, or unset it)"],
    ["OCEAN__INTEGRATION__CONFIG__SENTRY_HOST", "empty (unset it to use the default)"],
    ["OCEAN__PORT__BASE_URL", "empty (unset it to use the default)"],
  ])("refuses an empty %s", (name, what) => {
    expect(problemsOf({ [name]: " " })).toEqual([`${name}: ${what}`])
  })

  it("takes an empty base URL, prefix or database as not set, so that a weaker source may set it", () => {
    const environment = { OCEAN__BASE_URL: "", OCEAN__PATH_PREFIX: "", OCEAN__DATABASE__URL: "" }
    const { settings } = read(environment, { files: { "config.yaml": "database: { url: ./data.db }" } })
    expect([settings.baseUrl, settings.pathPrefix, settings.database.url]).toEqual([
      undefined,
      undefined,
      "./data.db",
    ])
    expect(settings.given.has("baseUrl")).toBe(false)
  })

  it("keeps an identifier as written, and makes one of the type where there is none", () => {
    expect(read({ OCEAN__INTEGRATION__IDENTIFIER: "My.Sentry_1" }).settings.integration.identifier).toBe(
      "My.Sentry_1",
    )
    expect(read({}).settings.integration.identifier).toBe("my-sentry-integration")
    expect(read({ OCEAN__INTEGRATION__TYPE: "Sentry-EU" }).settings.integration).toMatchObject({
      type: "sentry-eu",
      identifier: "my-sentry-eu-integration",
    })
  })

  it.each([
    ["WARNING", "warn"],
    ["critical", "fatal"],
    ["Debug", "debug"],
  ])("reads the log level %s", (word, level) => {
    expect(read({ APPLICATION__LOG_LEVEL: word }).settings.logLevel).toBe(level)
  })

  it("reads spans, lists and choices", () => {
    const { settings } = read({
      OCEAN__KEEP_RESOLVED_FOR: "0",
      OCEAN__EVENT_LISTENER__BROKERS: '["a:1", "b:2"]',
      OCEAN__CREATE_PORT_RESOURCES_ORIGIN: "Ocean",
      OCEAN__PATH_PREFIX: "sentry/",
    })
    expect(settings.keepResolvedFor).toBe(0)
    expect(settings.eventListener.brokers).toEqual(["a:1", "b:2"])
    expect(settings.createPortResourcesOrigin).toBe("Ocean")
    expect(settings.pathPrefix).toBe("/sentry")
    expect(read({}).settings.keepResolvedFor).toBe(30 * 24 * 3_600_000)
    expect(problemsOf({ OCEAN__KEEP_RESOLVED_FOR: "30" })[0]).toContain("expected a span such as 30d")
  })

  it("tells every problem of every source at once", () => {
    const files = { ".env": "OCEAN__STRICT=perhaps\n", "config.yaml": "eventListener:\n  interval: soon\n" }
    const environment = { OCEAN__EVENT_LISTENER__TYPE: "WEBHOOK", OCEAN__PORT__CLIENT_SECRET: "" }
    expect(problemsOf(environment, { files, flags: { "server.port": "99999" } })).toEqual([
      "--port: must be at most 65535",
      "OCEAN__PORT__CLIENT_SECRET: empty (set it, or unset it)",
      '.env:1: OCEAN__STRICT: expected true or false, got "perhaps"',
      'config.yaml:2:3: eventListener.interval: expected a whole number, got "soon"',
      "OCEAN__EVENT_LISTENER__APP_HOST: missing, and the listener WEBHOOK needs it (the public address of this process)",
    ])
  })
})

describe("secrets", () => {
  const secrets = {
    OCEAN__PORT__CLIENT_ID: "id-1",
    OCEAN__PORT__CLIENT_SECRET: "secret-1",
    OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "token-1",
    OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET: "hook-1",
    OCEAN__EVENT_LISTENER__APP_HOST: "https://host-1.example",
    OCEAN__LIVE_EVENTS__REDIS__PASSWORD: "redis-1",
    OCEAN__LIVE_EVENTS__REDIS__KEY: "key-1",
  }

  it.each(Object.entries(secrets))("masks the value of %s", (name, value) => {
    expect(createMask(read({ [name]: value }).secrets)(`say ${value}!`)).toBe("say [REDACTED]!")
  })

  it("has no pattern for a secret that is not set, and none for other settings", () => {
    expect(read({ OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: "acme" }).secrets).toEqual([])
  })

  it("holds secrets that lost against a stronger source too", () => {
    const files = { ".env": "OCEAN__PORT__CLIENT_SECRET=weaker\n" }
    const json = { OCEAN__PORT: '{"client_secret":"middle"}', OCEAN__PORT__CLIENT_SECRET: "stronger" }
    expect(read(json, { files }).secrets.toSorted()).toEqual(["middle", "stronger", "weaker"])
  })

  it("masks only the password of a database or proxy address, as written and decoded", () => {
    const { secrets: found } = read({
      OCEAN__DATABASE__URL: "postgres://ocean:p%40ss@db.example/ocean",
      HTTPS_PROXY: "http://me:pr0xy@proxy.example:3128",
    })
    expect(found).toEqual(["p%40ss", "p@ss", "pr0xy"])
    expect(read({ OCEAN__DATABASE__URL: "./data.db" }).secrets).toEqual([])
  })

  it("never shows a secret in a problem", () => {
    const problems = problemsOf({
      OCEAN__EVENT_LISTENER__APP_HOST: "s3cr3t",
      OCEAN__DATABASE__URL: "mysql://root:s3cr3t@db",
      OCEAN__PORT: '{"clientId":{"a":"s3cr3t"},"clientSecret":["s3cr3t"]}',
    })
    expect(problems).toHaveLength(4)
    expect(problems.join()).not.toContain("s3cr3t")
  })

  it("reads a secret from a file, without the line end, and names a file that it cannot read", () => {
    const file = join(folderWith({ token: "from-file\n" }), "token")
    const { settings, secrets: found } = read({ OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN_FILE: file })
    expect(settings.integration.config.sentryToken).toBe("from-file")
    expect(found).toEqual(["from-file"])
    expect(problemsOf({ OCEAN__PORT__CLIENT_SECRET_FILE: "/nowhere/at/all" })).toEqual([
      "OCEAN__PORT__CLIENT_SECRET_FILE: the file /nowhere/at/all cannot be read",
    ])
  })

  it("refuses a secret that is given both in a variable and in a file", () => {
    const file = join(folderWith({ token: "from-file\n" }), "token")
    const both = {
      OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN_FILE: file,
      OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "x",
    }
    expect(problemsOf(both)).toEqual([
      "OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN_FILE: OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN is set too (keep one of the two)",
    ])
  })
})
