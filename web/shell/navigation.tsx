import {
  BoltIcon,
  CircleStackIcon,
  CodeBracketIcon,
  HomeIcon,
  PlayCircleIcon,
  PlusCircleIcon,
  ShareIcon,
} from "@heroicons/react/24/outline"
import type { ComponentType } from "react"
import { Link, useLocation } from "wouter"
import { useAbout, useHasCatalog } from "../api/about.ts"
import { blueprintTitle, useBlueprints } from "../api/blueprints.ts"
import { path } from "../api/http.ts"
import classes from "./shell.module.css"

interface Place {
  to: string
  text: string
  icon: ComponentType<{ width?: number }>
  /** Only where the catalog is embedded. */
  ofCatalog?: boolean
}

const places: readonly Place[] = [
  { to: "/", text: "Overview", icon: HomeIcon },
  { to: "/entities", text: "Entities", icon: CircleStackIcon, ofCatalog: true },
  { to: "/blueprints", text: "Blueprints", icon: ShareIcon, ofCatalog: true },
  { to: "/runs", text: "Runs", icon: PlayCircleIcon },
  { to: "/live-events", text: "Live events", icon: BoltIcon },
  { to: "/mapping", text: "Mapping", icon: CodeBracketIcon },
  { to: "/ingest-data", text: "Ingest data", icon: PlusCircleIcon },
]

/** Without, the catalog is Port's, and is looked at there. */
export function placesWith({ hasCatalog }: { hasCatalog: boolean }): readonly Place[] {
  return hasCatalog ? places : places.filter(({ ofCatalog }) => !ofCatalog)
}

export function Navigation() {
  const [location] = useLocation()
  const { data: about } = useAbout()
  // Most have one: until it is known, nothing need jump.
  const shown = placesWith({ hasCatalog: about?.catalog !== false })
  const isAt = (to: string) =>
    to === "/" ? location === "/" : location === to || location.startsWith(`${to}/`)
  return (
    <nav aria-label="Pages">
      {shown.map(({ to, text, icon: Icon }) => (
        <div key={to}>
          <Link
            href={to}
            className={classes.link}
            data-active={isAt(to) || undefined}
            aria-current={location === to ? "page" : undefined}
          >
            <Icon width={19} />
            {text}
          </Link>
          {to === "/entities" && isAt(to) && <BlueprintLinks />}
        </div>
      ))}
    </nav>
  )
}

/** A catalog of many blueprints would push all else off the screen. */
const mostShown = 12

function BlueprintLinks() {
  const [location] = useLocation()
  const { data = [] } = useBlueprints({ enabled: useHasCatalog() })
  return data.slice(0, mostShown).map((blueprint) => {
    const to = path`/entities/${blueprint.identifier}`
    return (
      <Link
        key={to}
        href={to}
        className={classes.sublink}
        data-active={location === to || location.startsWith(`${to}/`) || undefined}
        aria-current={location === to ? "page" : undefined}
      >
        {blueprintTitle(blueprint)}
      </Link>
    )
  })
}
