// What people write under issues.
import { changeIssue, existing } from "./issue-changes.ts"
import type { Comment } from "./model.ts"
import type { Lookups, OrganizationData } from "./organization.ts"

/** Each throws `no_such_object` where the issue, its comment or the member is not there. */
export interface CommentChanges {
  /** `by`: a member, by id, user id or email. */
  addComment(issue: string, comment: { text: string; by: string }): Comment
  updateComment(issue: string, comment: string, text: string): Comment
  deleteComment(issue: string, comment: string): void
}

export function commentChanges(organization: OrganizationData & Lookups): CommentChanges {
  function found(issueId: string, commentId: string) {
    const issue = existing(organization.issueOf(issueId), `issue ${issueId}`)
    const comment = existing(
      issue.comments?.find(({ id }) => id === commentId),
      `comment ${commentId} of issue ${issueId}`,
    )
    return { issue, comment }
  }

  return {
    addComment(issueId, { text, by }) {
      const member = existing(organization.memberOf(by), `member ${by}`)
      const at = organization.clock.now()
      const comment: Comment = { id: organization.nextId(), text, memberId: member.id, at }
      const issue = changeIssue(organization, issueId, ({ numComments, comments = [] }) => ({
        numComments: numComments + 1,
        comments: [...comments, comment],
      }))
      organization.tell({ type: "comment", action: "created", issue, comment, by: member.id })
      return comment
    },
    updateComment(issueId, commentId, text) {
      const { issue, comment } = found(issueId, commentId)
      comment.text = text
      comment.at = organization.clock.now()
      organization.tell({ type: "comment", action: "updated", issue, comment, by: comment.memberId })
      return comment
    },
    deleteComment(issueId, commentId) {
      const { comment } = found(issueId, commentId)
      const issue = changeIssue(organization, issueId, ({ numComments, comments = [] }) => ({
        numComments: numComments - 1,
        comments: comments.filter(({ id }) => id !== commentId),
      }))
      comment.at = organization.clock.now()
      organization.tell({ type: "comment", action: "deleted", issue, comment, by: comment.memberId })
    },
  }
}
