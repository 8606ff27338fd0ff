// The address of a one-time link. Its token stands behind the `#`, which browsers send to nobody: no log of a server or
// proxy has it, and nothing that looks at links ahead of a person uses it up.
export function signInUrl(origin: string, token: string): string {
  return `${origin.replace(/\/+$/, "")}/sign-in#${token}`
}
