import { get, patch, post, remove } from './http.ts'
import type {
  AddPerson,
  ApiKey,
  ApiKeyWithSecret,
  ChangeMe,
  ChangePassword,
  ChangePerson,
  CreateApiKey,
  JoinLink,
  JoinState,
  Me,
  Person,
  PersonRef,
  PersonWithLink,
  SetUp,
  SetupState,
  SignIn,
  SignInRecord,
} from './types.ts'

export const setupState = () => get<SetupState>('/setup')
export const setUp = (input: SetUp) => post<Me>('/setup', input)
export const signIn = (input: SignIn) => post<Me>('/sign-in', input)
export const signOut = () => post<void>('/sign-out')
export const joinState = (token: string) => get<JoinState>(`/join/${encodeURIComponent(token)}`)
export const join = (token: string, password: string) => post<Me>(`/join/${encodeURIComponent(token)}`, { password })

export const me = () => get<Me>('/me')
export const changeMe = (input: ChangeMe) => patch<Me>('/me', input)
export const changePassword = (input: ChangePassword) => post<void>('/me/password', input)
export const signIns = () => get<{ items: SignInRecord[] }>('/me/sign-ins')
export const endSignIn = (id: string) => remove(`/me/sign-ins/${encodeURIComponent(id)}`)
export const endOtherSignIns = () => remove('/me/sign-ins')
export const keys = () => get<{ items: ApiKey[] }>('/me/keys')
export const createKey = (input: CreateApiKey) => post<ApiKeyWithSecret>('/me/keys', input)
export const removeKey = (id: string) => remove(`/me/keys/${id}`)

export const people = (q?: string, signal?: AbortSignal) => get<{ items: Person[] }>('/people', { q }, signal)
export const addPerson = (input: AddPerson) => post<PersonWithLink>('/people', input)
export const changePerson = (id: string, input: ChangePerson) => patch<Person>(`/people/${id}`, input)
export const newJoinLink = (id: string) => post<JoinLink>(`/people/${id}/join-link`)
/** People to share with: name and id, for every member. */
export const findPeople = (q: string, signal?: AbortSignal) =>
  get<{ items: PersonRef[] }>('/people/find', { q }, signal)
