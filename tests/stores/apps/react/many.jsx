// Many readers of the session in one transition, each so slow that React lets the page do something else after it. The
// session changes meanwhile.
import { startTransition, useLayoutEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { useSession } from './session.js'

/** The states that readers were rendered with, and those that they were shown with. */
export const states = { rendered: new Set(), shown: new Set() }

/** Has the readers appear; what is given is called once React has begun with them. */
export let read

function Page() {
  const [begun, begin] = useState()
  read = (whenBegun) => startTransition(() => begin(() => whenBegun))
  return begun && Array.from({ length: 30 }, (_, number) => <Reader key={number} begun={begun} />)
}

function Reader({ begun }) {
  const { state } = useSession()
  if (states.rendered.size === 0) setTimeout(begun)
  states.rendered.add(state)
  // More than the five milliseconds after which React gives way.
  for (const end = performance.now() + 6; performance.now() < end;);
  useLayoutEffect(() => {
    states.shown.add(state)
  })
  return <p role="status">{state}</p>
}

const root = createRoot(document.getElementById('app'))
root.render(<Page />)

export const unmount = () => root.unmount()
