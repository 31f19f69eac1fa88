import { get, patch, post, remove, request } from './http.ts'
import { readEvents } from './sse.ts'
import type { Answer, AnswerEvent, Ask, Conversation, ConversationItem, Conversations, Feedback } from './types.ts'

/** Asks, and hands over what the server says as it says it. Aborting the signal stops the answer on the server too. */
export async function* ask(input: Ask, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
  const response = await request('POST', '/answers', { json: input, signal, accept: 'text/event-stream' })
  if (!response.body) return
  for await (const event of readEvents(response.body)) {
    if (event.data) yield JSON.parse(event.data) as AnswerEvent
  }
}

export const answer = (id: string) => get<Answer>(`/answers/${id}`)
export const sayFeedback = (id: string, input: Feedback) => post<Answer>(`/answers/${id}/feedback`, input)
export const conversations = (signal?: AbortSignal) => get<Conversations>('/conversations', undefined, signal)
export const conversation = (id: string, signal?: AbortSignal) =>
  get<Conversation>(`/conversations/${id}`, undefined, signal)
export const renameConversation = (id: string, title: string) =>
  patch<ConversationItem>(`/conversations/${id}`, { title })
export const removeConversation = (id: string) => remove(`/conversations/${id}`)
