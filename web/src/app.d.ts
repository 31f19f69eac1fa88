declare global {
  namespace App {
    interface PageState {
      /** A side panel opened over the page; Back closes it. */
      panel?: string
    }
  }
}
export {}
