// A call to Sentry that failed for good, while the program brought the same by another call, as it should.

/** Whether what `call` was for came otherwise. `calls` holds what each call of the run last came to; true: struck. */
export function cameOtherwise(call: string, calls: ReadonlyMap<string, boolean>): boolean {
  const [, base, query] = /^(Sentry GET [^?]*\/)(?:\?(.*))?$/.exec(call) ?? []
  if (base === undefined) return false
  const brought = [...calls].flatMap(([other, struck]) => (struck ? [] : [other]))
  const groups = new URLSearchParams(query).getAll("group")
  // Issues that cannot be looked up together are looked up one by one.
  if (groups.length > 0) return groups.every((id) => brought.includes(`${base}${id}/`))
  // What a short call does not tell of an issue's tag, the list of all its values does.
  if (/\/issues\/\d+\/tags\/[^/]+\/$/.test(base))
    return brought.some((other) => other.startsWith(`${base}values/`))
  // A server without a list for all projects is asked for each project's; one of those that fails is a call of its own.
  const [, organization] = /\/organizations\/([^/]+)\/issues\/$/.exec(base) ?? []
  const ofProject = new RegExp(`/projects/${organization}/[^/]+/issues/`)
  return organization !== undefined && brought.some((other) => ofProject.test(other))
}
