import { PlusCircleIcon, Squares2X2Icon } from "@heroicons/react/24/outline"
import { Link, useLocation } from "wouter"
import { path } from "../api/http.ts"
import { useInstallations } from "../api/installations.ts"
import { useMayChange } from "../api/session.ts"
import classes from "../shell/shell.module.css"

/** More would push all else off the screen; the list has them all. */
const mostShown = 12

export function HostNavigation() {
  const [location] = useLocation()
  const mayChange = useMayChange()
  const { data: installations = [] } = useInstallations()
  const isHome = location === "/" || location.startsWith("/installations")
  return (
    <nav aria-label="Pages">
      <Link
        href="/"
        className={classes.link}
        data-active={isHome || undefined}
        aria-current={location === "/" ? "page" : undefined}
      >
        <Squares2X2Icon width={19} />
        Installations
      </Link>
      {installations.slice(0, mostShown).map(({ id }) => {
        const to = path`/installations/${id}`
        const isHere = location === to
        return (
          <Link
            key={id}
            href={to}
            className={classes.sublink}
            data-active={isHere || undefined}
            aria-current={isHere ? "page" : undefined}
          >
            {id}
          </Link>
        )
      })}
      {mayChange && (
        <Link
          href="/new-installation"
          className={classes.link}
          data-active={location === "/new-installation" || undefined}
          aria-current={location === "/new-installation" ? "page" : undefined}
        >
          <PlusCircleIcon width={19} />
          New installation
        </Link>
      )}
    </nav>
  )
}
