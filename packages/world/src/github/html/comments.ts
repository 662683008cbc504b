import { type Comment, type Issue, type Reaction } from '../state/model';
import { type GitHubState } from '../state/state';
import { type Content, type Html, html } from './html';
import { markdown } from './markdown';
import { moment, person } from './parts';
import { type PageCall } from './repositoryPages';

const SIGNS: Readonly<Record<Reaction['content'], string>> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  rocket: '🚀',
  eyes: '👀',
};

/** What was said below an issue or pull request; one's own words can be changed. */
export function comments(call: PageCall, issue: Issue): Html {
  return html`${issue.comments.map(
    comment => html`<article class="box" id="issuecomment-${comment.id}">
      <p class="muted">
        ${person(call.state, comment.author)} commented on
        ${moment(comment.createdAt)}
        ${comment.updatedAt !== comment.createdAt && html`<em>(edited)</em>`}
      </p>
      ${markdown(comment.body)} ${reactions(call.state, comment.reactions)}
      ${call.viewer?.login === comment.author && tools(call, issue, comment)}
    </article>`,
  )}`;
}

function reactions(state: GitHubState, items: readonly Reaction[]): Content {
  return (
    items.length > 0 &&
    html`<ul class="plain" aria-label="Reactions">
      ${items.map(
        ({ content, login }) =>
          html`<li>
            <span role="img" aria-label="${content}">${SIGNS[content]}</span>
            <span class="muted">${person(state, login)}</span>
          </li>`,
      )}
    </ul>`
  );
}

function tools(call: PageCall, issue: Issue, comment: Comment): Html {
  const kind = issue.pull ? 'pull' : 'issues';
  const base = `/${call.repository.fullName}/${kind}/${issue.number}`;
  const fields = html`<input
      type="hidden"
      name="form_token"
      value="${call.formToken}"
    /><input type="hidden" name="comment" value="${comment.id}" />`;
  return html`<details>
    <summary>Change your comment</summary>
    <form method="post" action="${base}/edit-comment">
      ${fields}
      <p>
        <label for="edit-${comment.id}">New text</label><br /><textarea
          id="edit-${comment.id}"
          name="body"
          rows="3"
          required
        >
${comment.body}</textarea
        >
      </p>
      <button type="submit">Save comment</button>
    </form>
    <form method="post" action="${base}/delete-comment">
      ${fields}<button type="submit">Delete comment</button>
    </form>
  </details>`;
}
