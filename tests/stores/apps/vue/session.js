// The session in Vue, to be called in `setup`.
import { onScopeDispose, shallowRef } from 'vue'
import { lr } from '../client.js'

export function useSession() {
  const session = shallowRef(lr.session.snapshot)
  onScopeDispose(lr.session.subscribe((snapshot) => (session.value = snapshot)))
  return session
}
