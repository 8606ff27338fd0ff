// Cursors, in the three families the API has, and the Link header that carries them.
import { badRequest } from "./answers.ts"

export interface Cursor {
  value: number
  offset: number
  previous: boolean
}

interface Edge {
  cursor: string
  results: boolean
}

export interface Page<T> {
  items: T[]
  previous: Edge
  next: Edge
}

/**
 * Rows that exist and that the asker never sees: the server drops them after it cut the page, so that a page comes
 * out short, or empty, while more follow. After each `every` visible rows stand `count` of them.
 */
export interface HiddenRows {
  every: number
  count: number
}

/** A list to cut pages from. */
export interface Rows<T> {
  items: readonly T[]
  hidden?: HiddenRows | undefined
}

export interface Asked {
  cursor: Cursor | undefined
  limit: number
}

/** `value:offset:is_prev`; 400 for anything else. */
export function parseCursor(text: string | null): Cursor | undefined {
  if (text === null || text === "") return undefined
  const [, value, offset, previous] = /^(-?\d+(?:\.\d+)?):(-?\d+):([01])$/.exec(text) ?? []
  if (value === undefined || offset === undefined) throw badRequest("Invalid cursor parameter.")
  return { value: Number(value), offset: Number(offset), previous: previous === "1" }
}

/**
 * Key cursors (`<key>:<n>:0`): the page begins at the n-th row whose key is at most this one. Rows must come with
 * the highest key first. The page stays in its place when rows come or go before it.
 */
export function keyPage<T>(rows: Rows<T>, keyOf: (item: T) => number, asked: Asked): Page<T> {
  const view = viewOf(rows)
  const keyAt = (index: number) => {
    const item = rows.items[view.itemBefore(index)]
    return item === undefined ? 0 : Math.floor(keyOf(item))
  }
  const firstOf = (key: number) => firstIndex(view.length, (index) => keyAt(index) <= key)
  const { cursor, limit } = asked
  const place = cursor ? clamp(firstOf(cursor.value) + cursor.offset, view.length) : 0
  const start = cursor?.previous ? Math.max(0, place - limit) : place
  const end = cursor?.previous ? place : Math.min(view.length, place + limit)
  const at = (index: number, flag: 0 | 1) => {
    const key = keyAt(Math.min(index, view.length - 1))
    return view.length === 0 ? `0:0:${flag}` : `${key}:${index - firstOf(key)}:${flag}`
  }
  return {
    items: view.slice(start, end),
    previous: { cursor: at(start, 1), results: start > 0 },
    next: { cursor: at(end, 0), results: end < view.length },
  }
}

/** Page cursors (`<page size>:<page number>:0`). */
export function numberedPage<T>(rows: Rows<T>, asked: Asked): Page<T> {
  const view = viewOf(rows)
  const number = asked.cursor?.offset ?? 0
  const start = clamp(number * (asked.cursor?.value ?? asked.limit), view.length)
  const end = Math.min(view.length, start + asked.limit)
  return {
    items: view.slice(start, end),
    previous: { cursor: `${asked.limit}:${number - 1}:1`, results: number > 0 },
    next: { cursor: `${asked.limit}:${number + 1}:0`, results: end < view.length },
  }
}

/** Row offsets (`0:<row>:0`). */
export function offsetPage<T>(rows: Rows<T>, asked: Asked): Page<T> {
  const view = viewOf(rows)
  const start = clamp(asked.cursor?.offset ?? 0, view.length)
  const end = Math.min(view.length, start + asked.limit)
  return {
    items: view.slice(start, end),
    previous: { cursor: `0:${Math.max(0, start - asked.limit)}:1`, results: start > 0 },
    next: { cursor: `0:${start + asked.limit}:0`, results: end < view.length },
  }
}

/** `url` is absolute and carries the query as asked, without its cursor. */
export function linkHeader(url: string, page: Pick<Page<unknown>, "previous" | "next">): string {
  const base = url.includes("?") ? url : `${url}?`
  const entry = (rel: string, { cursor, results }: Edge) =>
    `<${base}&cursor=${cursor}>; rel="${rel}"; results="${results}"; cursor="${cursor}"`
  return `${entry("previous", page.previous)}, ${entry("next", page.next)}`
}

interface View<T> {
  length: number
  /** The index of the visible item at this row or, for a hidden row, of the last one before it. */
  itemBefore(row: number): number
  slice(start: number, end: number): T[]
}

function viewOf<T>(rows: Rows<T>): View<T> {
  const { items, hidden } = rows
  if (!hidden || hidden.count <= 0) {
    return { length: items.length, itemBefore: (row) => row, slice: (start, end) => items.slice(start, end) }
  }
  const every = Math.max(1, hidden.every)
  const block = every + hidden.count
  const itemBefore = (row: number) => Math.floor(row / block) * every + Math.min(row % block, every - 1)
  return {
    length: items.length + Math.floor(items.length / every) * hidden.count,
    itemBefore,
    slice(start, end) {
      const visible: T[] = []
      for (let row = start; row < end; row++) {
        const item = items[itemBefore(row)]
        if (row % block < every && item !== undefined) visible.push(item)
      }
      return visible
    },
  }
}

/** The first index for which `holds`, in a row where it holds from some index on. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function clamp(index: number, length: number): number {
  return Math.min(Math.max(0, index), length)
}
