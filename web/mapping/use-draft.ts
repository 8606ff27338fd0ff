// The text that is being edited, what is wrong with it, and from which live one it was made.
import { useDebouncedValue } from "@mantine/hooks"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { type Checked, checkMapping, type LiveMapping } from "../api/mapping.ts"

export interface Draft {
  text: string
  set: (text: string) => void
  isChanged: boolean
  /** Of the text as it was a moment ago; undefined until it was checked once. */
  checked: Checked | undefined
  /** The last text without a mistake: what is shown beside the editor. */
  valid: string | undefined
  /** What it was made from. */
  revision: string
  /** Takes back what was not saved. */
  reset: () => void
  /** This was saved. What was typed meanwhile stays, as a change of it. */
  saved: (text: string, revision: string) => void
  /** Something else is live now, which the editor shows unless there is a change in it. */
  follow: (text: string, revision: string) => void
  /** The same, and whatever was in the editor is given up. */
  replace: (text: string, revision: string) => void
}

export function useDraft(live: LiveMapping): Draft {
  const [base, setBase] = useState({ text: live.text, revision: live.revision })
  const [text, setText] = useState(live.text)
  const [settled] = useDebouncedValue(text, 350)
  const check = useQuery({
    queryKey: ["mapping-check", settled],
    queryFn: ({ signal }) => checkMapping(settled, signal),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  })
  const [valid, setValid] = useState<string>()
  if (check.data?.valid && !check.isPlaceholderData && valid !== settled) setValid(settled)
  return {
    text,
    set: setText,
    isChanged: text !== base.text,
    checked: check.data,
    valid,
    revision: base.revision,
    reset: () => setText(base.text),
    saved: (next, revision) => setBase({ text: next, revision }),
    follow(next, revision) {
      setBase({ text: next, revision })
      setText((now) => (now === base.text ? next : now))
    },
    replace(next, revision) {
      setBase({ text: next, revision })
      setText(next)
    },
  }
}
