import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { silentLogger } from "../../common/logger.ts"
import { parseAppConfig } from "../../port/app-config.ts"
import { presets } from "../../sentry/defaults/presets.ts"
import { sentryKinds } from "../../sentry/kinds/index.ts"
import { defaultsFor } from "../defaults-for.ts"
import { systemFiles, systems } from "../install/systems.ts"
import { filledTemplate, type TemplateNames } from "../install/templates.ts"
import { createProgram } from "../program.ts"
import { readSettings } from "../settings-sources.ts"

describe("init", () => {
  let folder: string
  let printed: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "init-"))
    printed = ""
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed += String(text)
      return true
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })

  const read = (name: string) => readFileSync(join(folder, name), "utf8")
  const settings = (environment = {}) => readSettings({ flags: {}, environment, folder })
  async function init(...words: string[]): Promise<number | undefined> {
    let code: number | undefined
    const program = createProgram({
      signals: { signal: new AbortController().signal, exitCode: () => 0 },
      done: (result) => {
        code = result
      },
    })
    await program.parseAsync(["node", "ocean-sentry", "init", "--dir", folder, ...words])
    return code
  }

  it("writes settings that say what is to be filled in, and are right once it is", async () => {
    expect(await init()).toBe(0)

    writeFileSync(join(folder, ".env"), read(".env.example"))
    expect(() => settings()).toThrow(/SENTRY_TOKEN: empty.*sentryOrganization: empty/)
    writeFileSync(join(folder, ".env"), read(".env.example").replace("TOKEN=", "TOKEN=secret"))
    writeFileSync(join(folder, "config.yaml"), read("config.yaml").replace('""', "acme"))
    const { settings: filled, warnings } = settings()
    expect(warnings).toEqual([])
    expect(filled.integration.identifier).toBe("my-sentry-integration")
    expect(filled.integration.config).toMatchObject({ sentryToken: "secret", sentryOrganization: "acme" })
  })

  it("writes only settings that exist, also where they are commented out", async () => {
    await init()

    const commented = read("config.yaml")
      .replaceAll(/^( *)# (\w+:.*| {2}\w+:.*)$/gm, "$1$2")
      .replace('""', "acme")
    writeFileSync(join(folder, "config.yaml"), commented)

    const { settings: all, warnings } = settings()
    expect(warnings).toEqual([])
    expect(all).toMatchObject({
      port: { baseUrl: "https://api.us.getport.io" },
      integration: { config: { sentryHost: "https://sentry.example.com" } },
      eventListener: { type: "ONCE" },
      scheduledResyncInterval: 60,
    })
  })

  it.each(presets)("gives the preset $name as files, with the same effect as its name", async (preset) => {
    expect(await init("--preset", preset.name)).toBe(0)

    writeFileSync(join(folder, "config.yaml"), read("config.yaml").replace('""', "acme"))
    const integration = {
      type: "sentry",
      kinds: sentryKinds,
      presets,
      whereIs: () => expect.fail("not here"),
      probe: () => expect.fail("not here"),
      openRun: () => expect.fail("not here"),
    }
    const options = { folder, log: silentLogger }
    const written = await defaultsFor(integration, settings().settings, options)
    rmSync(join(folder, ".port"), { recursive: true })
    const byName = settings({ OCEAN__PRESET: preset.name }).settings
    const named = await defaultsFor(integration, byName, options)

    expect(named).toMatchObject({ mapping: preset.mapping, blueprints: preset.blueprints })
    expect(written).toEqual(named)
    const selectors = new Map(sentryKinds.map((kind) => [kind.name, kind.selector]))
    expect(parseAppConfig(written.mapping, selectors)).toMatchObject({
      problems: [],
      broken: [],
      unknownKeys: [],
    })
  })

  it("writes over nothing unless told so, and then writes nothing at all", async () => {
    writeFileSync(join(folder, "config.yaml"), "mine")

    await expect(init()).rejects.toThrow(/Nothing was written: .*config\.yaml: exists already \(--force/)
    expect(read("config.yaml")).toBe("mine")
    expect(existsSync(join(folder, ".env.example"))).toBe(false)

    expect(await init("--force")).toBe(0)
    expect(read("config.yaml")).not.toBe("mine")
  })

  it("says what to do next", async () => {
    await init()

    expect(printed).toContain(`wrote ${join(folder, "config.yaml")}`)
    expect(printed).toMatch(/1\. Fill in sentryOrganization/)
    expect(printed).toContain(`ocean-sentry run ${folder}`)
  })

  describe("for a system", () => {
    it.each(systems)(
      "$name: writes its files, filled in, and says what is left to do",
      async ({ name, next }) => {
        expect(await init("--system", name)).toBe(0)

        const files = systemFiles(systems.find((one) => one.name === name) ?? expect.fail(), {
          docker: false,
        })
        for (const { path } of files) {
          expect(printed).toContain(`wrote ${join(folder, path)}`)
          expect(read(path)).not.toMatch(/<<\w+>>/)
        }
        for (const step of next) expect(printed).toContain(step)
        expect(existsSync(join(folder, "config.yaml"))).toBe(false)
      },
    )

    it("takes the variant with the image, where there is one", async () => {
      expect(await init("--system", "gitlab", "--docker")).toBe(0)
      expect(read(".gitlab-ci.yml")).toContain("docker run")

      await expect(init("--system", "helm", "--docker")).rejects.toThrow(
        /--docker: helm has one variant only/,
      )
      await expect(init("--docker")).rejects.toThrow(/--docker: goes with --system/)
    })

    it("names every placeholder of a template that is none", () => {
      expect(() => filledTemplate("helm/values.yaml", {} as TemplateNames)).not.toThrow()
      expect(() => filledTemplate("argocd/application.yaml", {} as TemplateNames)).toThrow(/chartRepository/)
    })
  })
})
