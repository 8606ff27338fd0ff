// The box of Ctrl-K; what it offers is its caller's.
import { MagnifyingGlassIcon } from "@heroicons/react/24/outline"
import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight"

interface SearchBoxProps {
  groups: SpotlightActionGroupData[]
  text: string
  onText: (text: string) => void
  isSearching?: boolean
  placeholder: string
}

export function SearchBox({ groups, text, onText, isSearching = false, placeholder }: SearchBoxProps) {
  return (
    <Spotlight
      actions={groups}
      query={text}
      onQueryChange={onText}
      shortcut={["mod + K", "/"]}
      scrollable
      maxHeight={420}
      nothingFound={isSearching ? "Searching …" : "Nothing found"}
      searchProps={{
        leftSection: <MagnifyingGlassIcon width={18} />,
        placeholder,
        "aria-label": "Search",
      }}
    />
  )
}
