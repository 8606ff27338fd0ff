// Calls by key, each key at most once in a span: the first at once, what comes meanwhile together at its end.

export function createThrottle(everyMs: number, call: (key: string) => void): (key: string) => void {
  const waiting = new Map<string, boolean>()
  const open = (key: string) => {
    waiting.set(key, false)
    call(key)
    setTimeout(() => {
      const came = waiting.get(key)
      waiting.delete(key)
      if (came) open(key)
    }, everyMs)
  }
  return (key) => {
    if (waiting.has(key)) waiting.set(key, true)
    else open(key)
  }
}
