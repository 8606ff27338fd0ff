// A stream of server-sent events that comes back. The browser itself connects again where a connection breaks, but gives up
// for good where something answers that is no stream: a proxy before a server that is just starting, or a server that
// does not know the session any more.

export interface SteadyStreamDeps {
  /** A new source with its listeners. */
  connect(): EventSource
  /** `missed`: it begins anew, so that nobody was told what happened meanwhile. */
  onOpen(missed: boolean): void
  onAway(): void
  /** The browser has given up; whoever knows why may close the stream, which is else tried again. */
  onRefused(): void
  /** Calls later, unless what it answers is called before. */
  later?(call: () => void, ms: number): () => void
}

const firstWaitMs = 1_000
const longestWaitMs = 30_000

/** Answers what closes it. */
export function openSteadyStream({
  later = timer,
  connect,
  onOpen,
  onAway,
  onRefused,
}: SteadyStreamDeps): () => void {
  let source: EventSource | undefined
  let stopWaiting = () => {}
  let refusals = 0

  function open(): void {
    const opened = connect()
    source = opened
    opened.onopen = () => {
      onOpen(refusals > 0)
      refusals = 0
    }
    opened.onerror = () => {
      onAway()
      if (opened.readyState !== opened.CLOSED) return
      stopWaiting = later(open, Math.min(firstWaitMs * 2 ** refusals++, longestWaitMs))
      onRefused()
    }
  }

  open()
  return () => {
    stopWaiting()
    source?.close()
  }
}

function timer(call: () => void, ms: number): () => void {
  const waiting = setTimeout(call, ms)
  return () => clearTimeout(waiting)
}
