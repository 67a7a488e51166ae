# SPDX-License-Identifier: MIT
# From a Backlog.md export (one JSON object a line) to what task-new - reads:
#   jq -cf backlog.jq backlog.jsonl | task-new --lenient -
#
# Where a task lay and what its status was becomes a stage and a history:
# drafts to inbox, open tasks to backlog, done to archived; what was archived
# without being done was given up, and is canceled.

def user:
  if . == null or . == "" then null
  else gsub("\\s+"; "-") | if startswith("@") then . else "@" + . end
  end;

def moment:
  # "2025-09-06" or "2025-09-06 21:22"
  if . == null or . == "" then null
  elif length == 10 then . + "T00:00:00Z"
  else sub(" "; "T") + ":00Z"
  end;

def text: if . != null and test("\\S") then . else null end;

{high: "P1", medium: "P2", low: "P3"} as $priorities
| (.status // "" | ascii_downcase) as $status
| (.folder | startswith("archive")) as $archived
| (if $status == "done" then "archived"
   elif $archived then "archived"
   elif .folder == "drafts" then "inbox"
   else "backlog" end) as $stage
| (.created | moment) as $created
| ([(.updated | moment), $created] | map(select(. != null)) | max) as $updated
| {
    key,
    name,
    goal: (.description | text),
    details: (.plan | text),
    context: (.notes | text),
    acceptance: [.acceptance[] | {done, text}],
    tags: .labels,
    priority: $priorities[.priority // ""],
    dri: (.assignee[0] | user),
    created: $created,
    depends_on: .dependencies,
    stage: $stage,
    events: (
      if $status == "done" then [
        {ts: $updated, event: "closed", desc: "done before the import"}]
      elif $archived then [
        {ts: $updated, event: "canceled", from_stage: "backlog",
         desc: "given up before the import"}]
      else [] end)
  }
| with_entries(select(.value != null))
