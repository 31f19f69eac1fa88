/** The server's shapes, by name. Types only: nothing of the server is bundled. */
import type { z } from 'zod'
import type * as AccessContract from '../../../../server/src/domain/access/contract.ts'
import type * as AnswersContract from '../../../../server/src/domain/answers/contract.ts'
import type * as CollectionsContract from '../../../../server/src/domain/collections/contract.ts'
import type * as DocumentsContract from '../../../../server/src/domain/documents/contract.ts'
import type * as ExtractionContract from '../../../../server/src/domain/documents/extraction.ts'
import type * as IdentityContract from '../../../../server/src/domain/identity/contract.ts'
import type * as SearchContract from '../../../../server/src/domain/search/contract.ts'
import type * as SettingsContract from '../../../../server/src/domain/settings/contract.ts'
import type * as SystemContract from '../../../../server/src/domain/system/contract.ts'

type Of<T extends z.ZodType> = z.output<T>
type In<T extends z.ZodType> = z.input<T>

export type Role = Of<typeof AccessContract.Role>
export type Audience = Of<typeof AccessContract.Audience>
export type Level = Of<typeof AccessContract.Level>
export type PersonRef = Of<typeof AccessContract.PersonRef>
export type AccessView = Of<typeof AccessContract.AccessView>
export type ChangeAccess = In<typeof AccessContract.ChangeAccess>
export type AccessSummary = Of<typeof AccessContract.AccessSummary>

export type Citation = Of<typeof AnswersContract.Citation>
export type Support = Of<typeof AnswersContract.Support>
export type Sentence = Of<typeof AnswersContract.Sentence>
export type Searched = Of<typeof AnswersContract.Searched>
export type Answer = Of<typeof AnswersContract.Answer>
export type Spoke = Answer['spoke']
export type Ask = In<typeof AnswersContract.Ask>
export type AnswerEvent = Of<typeof AnswersContract.AnswerEvent>
export type ConversationItem = Of<typeof AnswersContract.ConversationItem>
export type Conversations = Of<typeof AnswersContract.Conversations>
export type Conversation = Of<typeof AnswersContract.Conversation>
export type Feedback = In<typeof AnswersContract.Feedback>

export type Collection = Of<typeof CollectionsContract.Collection>
export type CollectionList = Of<typeof CollectionsContract.CollectionList>
export type CreateCollection = In<typeof CollectionsContract.CreateCollection>
export type ChangeCollection = In<typeof CollectionsContract.ChangeCollection>

export type Stage = Of<typeof DocumentsContract.Stage>
export type Progress = Of<typeof DocumentsContract.Progress>
export type VersionView = Of<typeof DocumentsContract.VersionView>
export type DocumentItem = Of<typeof DocumentsContract.DocumentItem>
export type DocumentView = Of<typeof DocumentsContract.DocumentView>
export type ListDocuments = Partial<Of<typeof DocumentsContract.ListDocuments>>
export type DocumentList = Of<typeof DocumentsContract.DocumentList>
export type Upload = In<typeof DocumentsContract.Upload>
export type UploadResult = Of<typeof DocumentsContract.UploadResult>
export type ChangeDocument = In<typeof DocumentsContract.ChangeDocument>
export type Bulk = In<typeof DocumentsContract.Bulk>
export type BulkResult = Of<typeof DocumentsContract.BulkResult>
export type Pages = Of<typeof DocumentsContract.Pages>
export type Mark = Of<typeof DocumentsContract.Mark>
export type Marks = Of<typeof DocumentsContract.Marks>
export type ActivityItem = Of<typeof DocumentsContract.ActivityItem>
export type Activity = Of<typeof DocumentsContract.Activity>
export type Home = Of<typeof DocumentsContract.Home>

export type Line = Of<typeof ExtractionContract.Line>
export type Block = Of<typeof ExtractionContract.Block>
export type Page = Of<typeof ExtractionContract.Page>
export type Format = Of<typeof ExtractionContract.Format>
export type PageUnit = Of<typeof ExtractionContract.PageUnit>

export type Language = Of<typeof IdentityContract.Language>
export type Theme = Of<typeof IdentityContract.Theme>
export type SetupState = Of<typeof IdentityContract.SetupState>
export type SetUp = In<typeof IdentityContract.SetUp>
export type SignIn = In<typeof IdentityContract.SignIn>
export type Me = Of<typeof IdentityContract.Me>
export type ChangeMe = In<typeof IdentityContract.ChangeMe>
export type ChangePassword = In<typeof IdentityContract.ChangePassword>
export type SignInRecord = Of<typeof IdentityContract.SignInRecord>
export type Person = Of<typeof IdentityContract.Person>
export type AddPerson = In<typeof IdentityContract.AddPerson>
export type ChangePerson = In<typeof IdentityContract.ChangePerson>
export type JoinLink = Of<typeof IdentityContract.JoinLink>
export type PersonWithLink = Of<typeof IdentityContract.PersonWithLink>
export type JoinState = Of<typeof IdentityContract.JoinState>
export type KeyScope = Of<typeof IdentityContract.KeyScope>
export type ApiKey = Of<typeof IdentityContract.ApiKey>
export type ApiKeyWithSecret = Of<typeof IdentityContract.ApiKeyWithSecret>
export type CreateApiKey = In<typeof IdentityContract.CreateApiKey>

export type SearchMode = Of<typeof SearchContract.SearchMode>
export type Range = Of<typeof SearchContract.Range>
export type SearchHit = Of<typeof SearchContract.SearchHit>
export type FacetName = Of<typeof SearchContract.FacetName>
export type Facet = Of<typeof SearchContract.Facet>
export type SearchResults = Of<typeof SearchContract.SearchResults>
export type Suggestions = Of<typeof SearchContract.Suggestions>
/** The address of a search: what the query string of GET /search carries. */
export type SearchQuery = {
  q: string
  mode?: SearchMode
  format?: string[]
  collection?: string[]
  owner?: string[]
  tag?: string[]
  language?: string[]
  after?: string
  before?: string
  limit?: number
  offset?: number
  group?: 'document' | 'passage'
}

export type Settings = Of<typeof SettingsContract.Settings>
export type ChangeSettings = In<typeof SettingsContract.ChangeSettings>
export type Status = Of<typeof SystemContract.Status>
export type StatusLine = Of<typeof SystemContract.StatusLine>
