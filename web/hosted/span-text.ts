// Spans as people write them: the server tells `5400s`, a form shows `1h30m`.

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
] as const

export function spanText(told: string): string {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(told)?.[1]
  if (seconds === undefined) return told
  let left = Math.round(Number(seconds))
  let text = ""
  for (const [unit, size] of units) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) text += `${count}${unit}`
  }
  return text || "0s"
}
