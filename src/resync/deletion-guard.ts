// Pure: may this many entities of one blueprint go in one run.

export type Permission = { allowed: true } | { allowed: false; reason: string }

export interface DeletionCounts {
  /** Entities that are proved gone. */
  deleting: number
  /** Entities of the blueprint that were ours before the run. */
  owned: number
  /** Largest share that may go, 0…1: the mapping's entityDeletionThreshold. */
  threshold: number
}

/**
 * Even proved deletes stop at a share of what there was: the proof may be right and the cause still a mistake, such as
 * a token of another organization. A share equal to the threshold passes, as in the original.
 */
export function mayDelete({ deleting, owned, threshold }: DeletionCounts): Permission {
  const share = deleting / Math.max(deleting, owned, 1)
  if (share <= threshold) return { allowed: true }
  const percent = (part: number) => `${Math.round(part * 1000) / 10} %`
  return {
    allowed: false,
    reason: `${deleting} of ${owned} would go (${percent(share)}), more than entityDeletionThreshold allows (${percent(threshold)})`,
  }
}
