// Before anything is drawn, so that a dark page never flashes white. The same key as Mantine's.
;(() => {
  let kept
  try {
    kept = localStorage.getItem("mantine-color-scheme-value")
  } catch {
    kept = null // storage may be refused
  }
  const isDark = kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
  document.documentElement.setAttribute("data-mantine-color-scheme", isDark ? "dark" : "light")
})()
