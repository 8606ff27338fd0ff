// Files for the systems that run this program, as templates beside the sources: `init` and the manual fill them alike.
import { readFileSync } from "node:fs"
import { inPackage } from "../package-root.ts"
import { programVersion } from "../version.ts"
import { publishedNames } from "./published-names.ts"

export type TemplateNames = Record<keyof typeof publishedNames | "version", string>

/** What stands in a template as `<<name>>`. */
export function templateNames(): TemplateNames {
  return { ...publishedNames, version: programVersion() }
}

/** `path` below deploy/templates. Throws on a name that is none, so that no file goes out half filled. */
export function filledTemplate(path: string, names: TemplateNames = templateNames()): string {
  const known = new Map<string, string>(Object.entries(names))
  return readFileSync(inPackage(`deploy/templates/${path}`), "utf8").replaceAll(
    /<<(\w+)>>/g,
    (_, name: string) => {
      const value = known.get(name)
      if (value === undefined) throw new Error(`the template ${path} names ${name}, which is nothing`)
      return value
    },
  )
}
