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

describe("the build", () => {
  it("compiles the sources, takes the data along, and leaves nothing of an earlier build", () => {
    const root = project({
      "src/a/main.ts": 'import { b } from "./b.ts"\nexport const a: number = b\n',
      "src/a/b.ts": "export const b = 1\n",
      "src/a/b.test.ts": "export const t = 1\n",
      "src/a/defaults/blueprints.json": "[]",
      "src/a/defaults/mapping.yaml": "resources: []\n",
      "dist/left-over.js": "",
    })
    expect(build(root)).toBe(0)
    expect(readFileSync(join(root, "dist/a/main.js"), "utf8")).toContain('from "./b.js"')
    expect(readFileSync(join(root, "dist/a/defaults/blueprints.json"), "utf8")).toBe("[]")
    expect(existsSync(join(root, "dist/a/defaults/mapping.yaml"))).toBe(true)
    for (const absent of ["dist/left-over.js", "dist/a/b.test.js", "dist/a/main.ts"]) {
      expect(existsSync(join(root, absent)), absent).toBe(false)
    }
  })

  it("fails with the compiler, and leaves no dist/ that looks whole", () => {
    const root = project({ "src/main.ts": 'export const a: number = "text"\n' })
    expect(build(root)).not.toBe(0)
    expect(existsSync(join(root, "dist"))).toBe(false)
  })
})
