import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { build } from "../../scripts/build.ts"

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const compilerOptions = {
  module: "nodenext",
  target: "es2024",
  rootDir: "src",
  outDir: "dist",
  types: [],
  declaration: true,
  emitDeclarationOnly: true,
  rewriteRelativeImportExtensions: true,
}

function project(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "build-"))
  folders.push(root)
  const config = { compilerOptions, include: ["src"], exclude: ["src/**/*.test.ts"] }
  const all = { "package.json": '{"type":"module"}', "tsconfig.build.json": JSON.stringify(config), ...files }
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
  return root
}

const greeter = {
  "node_modules/greeter/package.json": JSON.stringify({
    name: "greeter",
    version: "1.2.3",
    license: "MIT",
    type: "module",
    exports: { types: "./index.d.ts", default: "./index.js" },
  }),
  "node_modules/greeter/index.js": 'export const greeting = "good morning"\n',
  "node_modules/greeter/index.d.ts": "export declare const greeting: string\n",
  "node_modules/greeter/LICENSE": "Copyright (c) the greeters\n",
}

describe("the build", () => {
  it("makes a program that needs neither its sources nor the packages it is made of, and its types", async () => {
    const root = project({
      ...greeter,
      "src/cli/main.ts":
        'import { greeting } from "greeter"\nimport { name } from "../names/name.ts"\nconsole.log(greeting, name)\n',
      "src/names/name.ts": 'export const name: string = "world"\n',
      "src/names/name.test.ts": "export const t = 1\n",
      "dist/left-over.js": "",
    })
    expect(await build(root)).toBe(0)
    rmSync(join(root, "src"), { recursive: true })
    rmSync(join(root, "node_modules"), { recursive: true })

    const { stdout, stderr } = spawnSync(process.execPath, [join(root, "dist/cli/main.js")], {
      encoding: "utf8",
    })
    expect(stdout, stderr).toBe("good morning world\n")
    expect(existsSync(join(root, "dist/names/name.d.ts"))).toBe(true)
    for (const absent of ["dist/left-over.js", "dist/names/name.test.d.ts", "dist/names/name.js"])
      expect(existsSync(join(root, absent)), absent).toBe(false)
  })

  it("brings the licences of the packages along", async () => {
    const root = project({ ...greeter, "src/cli/main.ts": 'export { greeting } from "greeter"\n' })
    expect(await build(root)).toBe(0)
    const licences = readFileSync(join(root, "dist/LICENSES.txt"), "utf8")
    expect(licences).toContain("greeter 1.2.3")
    expect(licences).toContain("Copyright (c) the greeters")
  })

  it("fails with the compiler, and leaves no dist/ that looks whole", async () => {
    const root = project({ "src/main.ts": 'export const a: number = "text"\n' })
    expect(await build(root)).not.toBe(0)
    expect(existsSync(join(root, "dist"))).toBe(false)
  })
})
