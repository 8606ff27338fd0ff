// What is asked of one run beside its trigger.

export interface RunOrder {
  id: string
  /** What it is about; left out: all of the mapping. */
  scope?: RunScope
  /** Who asked, where a person did. */
  by?: string
}

/** What a run reads is this, and of nothing else it decides whether it is gone. */
export interface RunScope {
  kinds?: readonly string[]
  /** Parts of the kinds that have parts: projects. Kinds without parts are then left out. */
  parts?: readonly string[]
}
