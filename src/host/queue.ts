// Who of many gets one of few places next: whoever has waited longest.

export interface Queue {
  /** Those that get one of the free places, of all that want one at this moment; the others keep their turn. */
  next(wanting: readonly string[], free: number): string[]
  /** Whether somebody waits. */
  isWaitedFor(): boolean
}

export function createQueue(): Queue {
  let waiting: string[] = []
  return {
    next(wanting, free) {
      const stays = new Set(wanting)
      const turns = [...new Set([...waiting.filter((one) => stays.has(one)), ...wanting])]
      waiting = turns.slice(Math.max(0, free))
      return turns.slice(0, Math.max(0, free))
    },
    isWaitedFor: () => waiting.length > 0,
  }
}
