// What was asked of the simulated server: the last requests, and how many of each sort.

export interface LoggedRequest {
  method: string
  path: string
  /** As it was sent, without the question mark. */
  query: string
  /** 0: the connection was broken, there was no answer. */
  status: number
}

export interface RequestCounts {
  total: number
  /** By the path of the endpoint with its parameters in braces. */
  byTemplate: Record<string, number>
}

export interface RequestLog {
  /** The last 20,000, oldest first. */
  readonly requests: readonly LoggedRequest[]
  add(request: LoggedRequest, template: string): void
  counts(): RequestCounts
  clear(): void
}

const kept = 20_000

export function createRequestLog(): RequestLog {
  const requests: LoggedRequest[] = []
  const byTemplate = new Map<string, number>()
  return {
    requests,
    add(request, template) {
      if (requests.length >= kept) requests.splice(0, kept / 10)
      requests.push(request)
      byTemplate.set(template, (byTemplate.get(template) ?? 0) + 1)
    },
    counts: () => ({
      total: [...byTemplate.values()].reduce((total, count) => total + count, 0),
      byTemplate: Object.fromEntries(byTemplate),
    }),
    clear() {
      requests.length = 0
      byTemplate.clear()
    },
  }
}
