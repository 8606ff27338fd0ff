// What may remain of a completed run: an object that could not be looked up, whose entities stay with the reason in the
// run's table. Everything else that failed and stayed makes a run that is not completed.

/** Whether the program's output has this call to Sentry as the reason why entities were not deleted. */
export function isTold(call: string, output: string): boolean {
  const [, path, query] = /^Sentry GET \/api\/0\/([^?]+)(?:\?(.*))?$/.exec(call) ?? []
  if (path === undefined) return false
  const reasons = output.split("\n").filter((line) => /^ {2}\d+ of \S+ \(.*\): /.test(line))
  const groups = new URLSearchParams(query).getAll("group")
  // Up to a hundred issues are looked up in one request; the reason is told beside the first entities of theirs.
  if (groups.length > 0)
    return groups.some((id) =>
      reasons.some(
        (line) =>
          line.includes(`): GET ${path}${id}/`) || (line.includes(`): GET ${path} `) && line.includes(id)),
      ),
    )
  const [, tagged] = /\/issues\/(\d+)\/tags\//.exec(path) ?? []
  if (tagged) return reasons.some((line) => line.includes(`${tagged} could not be mapped again`))
  return (
    /^(projects\/[^/]+\/[^/]+|.*issues\/\d+)\/$/.test(path) && reasons.some((line) => line.includes(path))
  )
}
