// What `npm run test:deploy` built before the tests, and where the tools are that it found.
export interface Deployed {
  version: string
  /** What `npm pack` made. */
  tarball: string
  image: { name: string; archive: string; digest: string; components: string; bytes: number }
  /** Undefined where there is no podman; the tests that need it are then named as not run. */
  containers?: { env: Record<string, string>; shim: string }
  /** Commands that were found, by name, as paths. */
  tools: Readonly<Record<string, string>>
}

export function deployed(): Deployed {
  const text = process.env.TEST_DEPLOY
  if (text === undefined) throw new Error("these tests need what `npm run test:deploy` prepares")
  return JSON.parse(text) as Deployed
}

/** The path of a tool; a test that needs one says so with `describe.runIf(has("helm"))`. */
export function tool(name: string): string {
  const path = deployed().tools[name]
  if (path === undefined) throw new Error(`${name} was not found`)
  return path
}

export function has(...names: readonly string[]): boolean {
  return names.every((name) => deployed().tools[name] !== undefined)
}
