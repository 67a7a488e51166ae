#!/bin/sh
# SPDX-License-Identifier: MIT
. "${TASK_SRC:?}/t/lib.sh"

tmp=$sandbox/tmp
mkdir "$tmp" || exit 1

# last ID: the last line of its ledger, with its random id taken out.
last() {
	tail -n 1 "$(ledger "$1")" | sed 's/"id":"[^"]*",//'
}

# untouched: nothing was written and nothing committed since mark.
mark() {
	git rev-parse HEAD >"$tmp/head"
	find .work -type f -exec cksum {} + | sort >"$tmp/files"
}

untouched() {
	is "$(git rev-parse HEAD)" "$(cat "$tmp/head")"
	find .work -type f -exec cksum {} + | sort | diff "$tmp/files" - \
	    >"$tmp/diff" || fail "files have changed: $(cat "$tmp/diff")"
}

it "says that there is no board, and how to make one"
exits 66 task-ledger --add late_log -m "it rained" 1
err_is "task-ledger: no .work/tasks here or above (task-init makes one)"

board
make_task "Log in" '"priority":"P1","effort":"M"'
make_task "Log out"

it "adds a line at the end: id, ts, user, event, desc, version"
cp "$(ledger 0001)" "$tmp/before"
exits 0 task-ledger --add waiting_on -m "waits for the design" 1
head -n 2 "$(ledger 0001)" | cmp - "$tmp/before" >"$out" 2>&1 ||
    fail "the lines before have changed"
is "$(last 0001)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"waiting_on","desc":"waits for the design","version":"1.0"}'
is "$(wc -l <"$(ledger 0001)")" 3

it "names the event for ever: ten characters of Crockford's base32"
tail -n 1 "$(ledger 0001)" |
    grep -q '^{"id":"[0-9A-HJKMNP-TV-Z]\{10\}","ts":' ||
    fail "no such id: $(tail -n 1 "$(ledger 0001)")"
exits 0 task-ledger --add waiting_on -m "waits for the design" 1
is "$(jq -r .id "$(ledger 0001)" | sort -u | wc -l)" 4

it "prints the id of the task that it added to"
exits 0 task-ledger --add late_log -m "it rained" TASK-0002
out_is "TASK-0002"
err_is ""

it "commits the line by itself, and leaves nothing behind"
is "$(git log -1 --format=%s)" "TASK-0002: late_log"
is "$(git show --format= --name-only HEAD)" "$(ledger 0002)"
is "$(git rev-list --count HEAD)" 6
sound

it "prints task, event and the event's id with -j"
exits 0 task-ledger -j --add late_log -m "it rained" 2
is "$(cat "$out")" "{\"id\":\"TASK-0002\",\"event\":\"late_log\",\"event_id\":\"$(tail -n 1 "$(ledger 0002)" | jq -r .id)\"}"

it "prints the columns that are asked for, and their names with --header"
exits 0 task-ledger --header --columns event,id --add late_log -m "it rained" 2
out_is "event	id
late_log	TASK-0002"

it "ends what it prints with a NUL with -z"
task-ledger -z --add late_log -m "it rained" 1 2 | tr '\0' '+' >"$out"
out_is "TASK-0001+TASK-0002+"

it "adds fields with -k, in their order, before the version"
exits 0 task-ledger --add followup_created -m "more to do" \
    -k followup_task=TASK-0002 --key weight=3 -k note= 1
is "$(last 0001)" '{"ts":"2025-10-18T10:30:00Z","user":"@alice","event":"followup_created","desc":"more to do","followup_task":"TASK-0002","weight":"3","note":"","version":"1.0"}'

it "takes for a field's value all that follows the first '='"
exits 0 task-ledger --add late_log -m x -k 'formula=a=b==c' 1
is "$(tail -n 1 "$(ledger 0001)" | jq -r .formula)" "a=b==c"

it "writes whatever a sentence or a field holds as one line of JSON"
exits 0 task-ledger --add late_log -m "one
two	\"three\" \\ $(printf '\033')[31m" -k 'a "b" {c}=d
e' 1
tail -n 1 "$(ledger 0001)" | jq -c '[.desc, ."a \"b\" {c}"]' >"$out"
out_is '["one\ntwo\t\"three\" \\ \u001b[31m","d\ne"]'

it "writes text that is not UTF-8 with a replacement character"
exits 0 task-ledger --add late_log -m "$(printf 'a\377b')" 1
is "$(tail -n 1 "$(ledger 0001)" | jq -r .desc)" "a$(printf '\357\277\275')b"
exits 0 task-ledger 1

mark

it "asks for a sentence"
exits 64 task-ledger --add waiting_on 1
err_is "task-ledger: --add wants -m TEXT: what happened, in a sentence"
exits 64 task-ledger --add waiting_on -m "" 1
err_is "task-ledger: --add wants -m TEXT: what happened, in a sentence"
untouched

it "takes blanks for no sentence"
exits 64 task-ledger --add waiting_on -m "  " 1
untouched

git reset -q --hard "$(cat "$tmp/head")"

it "asks which task is meant"
exits 64 task-ledger --add waiting_on -m "waits"
err_is "task-ledger: no task is named"
untouched

it "refuses a field that is not KEY=VALUE"
exits 64 task-ledger --add late_log -m x -k nonsense 1
err_is "task-ledger: --key: 'nonsense' is not KEY=VALUE"
exits 64 task-ledger --add late_log -m x -k =value 1
err_is "task-ledger: --key: '=value' is not KEY=VALUE"
untouched

it "refuses the fields that every event has"
for key in id ts user event desc version metadata payload; do
	exits 64 task-ledger --add late_log -m x -k "$key=y" 1
	err_is "task-ledger: --key: '$key' is set by task-ledger itself"
done
untouched

it "refuses a field that is given twice"
exits 64 task-ledger --add late_log -m x -k a=b -k a=c 1
err_is "task-ledger: --key: 'a' is given twice"
untouched

it "refuses a line that would be longer than a line may be"
add_much() {
	set -- "$(head -c 120000 /dev/zero | tr '\0' x)"
	task-ledger --add late_log -m x -k a="$1" -k b="$1" -k c="$1" \
	    -k d="$1" -k e="$1" -k f="$1" -k g="$1" -k h="$1" -k i="$1" 1
}
exits 65 add_much
untouched

git reset -q --hard "$(cat "$tmp/head")"

it "names the event that was probably meant"
exits 64 task-ledger --add waitng_on -m x 1
err_is "task-ledger: there is no event 'waitng_on'; did you mean 'waiting_on'?"
exits 64 task-ledger --add knowlege_captured -m x 1
err_has "did you mean 'knowledge_captured'?"
untouched

it "refuses a word that is like none of the vocabulary"
exits 64 task-ledger --add frobnicated -m x 1
err_is "task-ledger: there is no event 'frobnicated'"
exits 64 task-ledger --add "" -m x 1
untouched

# Who owns each word of the vocabulary.
while read -r owner words; do
	it "leaves to $owner the events that it owns"
	for word in $words; do
		exits 1 task-ledger --add "$word" -m x 1
		out_is ""
		err_is "task-ledger: '$word' is written by $owner, and not by hand"
	done
	untouched
done <<'END'
task-new id_reserved created id_counter_recovered
task-move verified validated prioritized started implemented integrated moved_to_learning learning_documented learning_skipped moved_to_archived closed concurrent_ok rollback rework_required validation_failed fast_tracked displaced paused_by_p0 wip_limit_approached wip_limit_blocked
task-sign signed_off sign_off_revoked
task-status blocked unblocked paused resumed canceled cascade_cancel cascade_blocked_by_cancel cascade_blocked_by_pause dependency_paused
task-handoff handoff_initiated handoff_accepted handoff_rejected
task-split created_from_split split deps_updated
task-merge merged_from
task-link dependency_updated cycle_check_passed cycle_detected
task-set priority_set priority_changed effort_estimated tags_updated renamed id_renumbered
task-note note_added
task-watch content_updated
task-sync conflict_resolved
task-fsck index_synced index_drift_detected orphan_repaired slo_missed
END

it "adds every event that a person may add"
for word in knowledge_captured learning_completed waiting_on \
    followup_created move_blocked workflow_interrupted effort_variance \
    p0_retrospective \
    late_log; do
	exits 0 task-ledger --add "$word" -m x 2
	is "$(last 0002)" "{\"ts\":\"2025-10-18T10:30:00Z\",\"user\":\"@alice\",\"event\":\"$word\",\"desc\":\"x\",\"version\":\"1.0\"}"
done

it "adds to several tasks with one commit"
git rev-list --count HEAD >"$tmp/count"
exits 0 task-ledger --add late_log -m "it rained" 2 TASK-0001
out_is "TASK-0002
TASK-0001"
is "$(git rev-list --count HEAD)" "$(($(cat "$tmp/count") + 1))"
is "$(git show --format= --name-only HEAD | sort)" "$(ledger 0001)
$(ledger 0002)"
is "$(events 0001 | tail -n 1) $(events 0002 | tail -n 1)" "late_log late_log"

it "adds to all tasks of another program's list"
full_task "Log over" | task-new - >"$out"
full_task "Log under" | task-new - >"$out"
exits_with "$(task-ls)" 0 task-ledger --add late_log -m "it snowed" -
out_is "TASK-0001
TASK-0002
TASK-0003
TASK-0004"

it "adds to all tasks of a list whose records end with a NUL"
task-ls -z --columns id,name |
    task-ledger --add late_log -m "it snowed" - >"$out" 2>"$err"
is $? 0
out_is "TASK-0001
TASK-0002
TASK-0003
TASK-0004"

it "adds to the tasks that there are, says which are not, exits with that"
exits 66 task-ledger --add late_log -m "it stormed" 9 2 login
out_is "TASK-0002"
err_has "task-ledger: TASK-0009: no such task"
err_has "task-ledger: 'login' is no task"
is "$(last 0002 | jq -r .desc)" "it stormed"
is "$(git log -1 --format=%s)" "TASK-0002: late_log"

mark

it "commits nothing where there is none of the tasks"
exits 66 task-ledger --add late_log -m "it stormed" 8 9
out_is ""
untouched

it "keeps the commit's subject short, however many the tasks are"
i=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	full_task "Task $i"
done | task-new - >"$tmp/many"
# shellcheck disable=SC2046
exits 0 task-ledger --add late_log -m "for all" $(cat "$tmp/many")
is "$(grep -c . "$out")" 40
subject=$(git log -1 --format=%s)
[ ${#subject} -le 80 ] || fail "a subject of ${#subject} characters: $subject"
git reset -q --hard "$(cat "$tmp/head")"

it "changes nothing with -n, and says which tasks it would add to"
mark
exits 0 task-ledger -n --add late_log -m "it hailed" 1 2
out_is "TASK-0001
TASK-0002"
untouched
is "$(dirty)" ""

it "tells with -n what it would refuse"
exits 66 task-ledger -n --add late_log -m "it hailed" 9
exits 1 task-ledger -n --add closed -m x 1
untouched

it "leaves the commit to the person with --no-commit"
exits 0 task-ledger --no-commit --add late_log -m "it hailed" 1
out_is "TASK-0001"
is "$(git rev-parse HEAD)" "$(cat "$tmp/head")"
is "$(dirty)" " M $(ledger 0001)"
is "$(last 0001 | jq -r .desc)" "it hailed"

it "takes along a line that was not committed yet"
exits 0 task-ledger --add late_log -m "and it thawed" 1
is "$(git show --format= --numstat HEAD | cut -f 1,2)" "2	0"
is "$(dirty)" ""

it "leaves the commit to the person where git config task.commit is false"
git config task.commit false
mark
exits 0 task-ledger --add late_log -m "it hailed" 1
git config --unset task.commit
is "$(git rev-parse HEAD)" "$(cat "$tmp/head")"
is "$(dirty)" " M $(ledger 0001)"
git checkout -q .work

it "puts on record, before its own, what was edited by hand"
echo "More of it." >>"$(card 0001)"
exits 0 task-ledger --add late_log -m "it cleared up" 1
is "$(events 0001 | tail -n 2)" "content_updated
late_log"
is "$(git show --format= --name-only HEAD | sort)" "$(card 0001)
$(ledger 0001)"
file_has "$(card 0001)" "More of it."
sound

it "takes along a line that was added to the ledger by hand"
echo '{"ts":"2025-10-18T10:00:00Z","user":"@bob","event":"late_log","desc":"by hand"}' \
    >>"$(ledger 0001)"
exits 0 task-ledger --add late_log -m "by us" 1
is "$(tail -n 2 "$(ledger 0001)" | jq -r .desc)" "by hand
by us"
is "$(dirty)" ""

mark

it "refuses to go on where a committed line was changed by hand"
sed '2s/created/CREATED/' "$(ledger 0001)" >"$tmp/changed"
cat "$tmp/changed" >"$(ledger 0001)"
exits 1 task-ledger --add late_log -m x 1
out_is ""
err_is "task-ledger: $(ledger 0001):2: a line that was committed has changed or gone; a ledger only grows: put it back as it was"
cmp "$(ledger 0001)" "$tmp/changed" >"$out" || fail "the ledger was written"
git checkout -q .work
untouched

it "refuses to go on where a committed line was taken out by hand"
sed '1d' "$(ledger 0001)" >"$tmp/changed"
cat "$tmp/changed" >"$(ledger 0001)"
exits 1 task-ledger --add late_log -m x 1
err_has "$(ledger 0001):1: a line that was committed has changed or gone"
git checkout -q .work
untouched

it "leaves alone what else is staged and dirty"
echo a >staged && echo b >dirty && git add staged dirty
git commit -qm files
echo c >>staged && git add staged
echo d >>dirty
echo e >new
echo f >>"$(card 0002)"
exits 0 task-ledger --add late_log -m "quietly" 1
is "$(dirty)" " M $(card 0002)
 M dirty
M  staged
?? new"
is "$(git show --format= --name-only HEAD)" "$(ledger 0001)"
git reset -q --hard
rm new

it "writes who it was: -u, before TASK_USER, before git's configuration"
exits 0 task-ledger -u @carol --add late_log -m x 1
is "$(last 0001 | jq -r .user)" "@carol"
exits 0 env TASK_USER=@dave task-ledger -u @carol --add late_log -m x 1
is "$(last 0001 | jq -r .user)" "@carol"
git config task.user @erin
exits 0 env TASK_USER=@dave task-ledger --add late_log -m x 1
is "$(last 0001 | jq -r .user)" "@dave"
exits 0 task-ledger --add late_log -m x 1
is "$(last 0001 | jq -r .user)" "@erin"
git config --unset task.user

it "writes which worker it was where TASK_AGENT is set"
exits 0 env TASK_AGENT=worker-7 task-ledger --add late_log -m x 1
is "$(last 0001 | jq -c .metadata)" '{"worker_id":"worker-7"}'

mark

it "refuses a user that is none: the command line is wrong"
exits 64 task-ledger -u "a b" --add late_log -m x 1
err_has "--user: 'a b' is no user"
exits 64 task-ledger -u "" --add late_log -m x 1
untouched

it "says how to say who one is where nothing tells"
cp "$HOME/.gitconfig" "$tmp/gitconfig"
git config --global --unset user.email
exits 78 task-ledger --add late_log -m x 1
err_is "task-ledger: who are you? (git config --global user.email you@example.org, or git config task.user @you)"
cp "$tmp/gitconfig" "$HOME/.gitconfig"
untouched

it "fails when what it printed cannot be written, with the line on record"
task-ledger --add late_log -m "to nobody" 1 >/dev/full 2>"$err"
is $? 74
err_is "task-ledger: cannot write to standard output: No space left on device"
is "$(last 0001 | jq -r .desc)" "to nobody"
sound

mark

it "waits for the lock, but not for ever, and says who holds it"
exec 9<>.git/task/lock
flock -n 9 || fail "the lock was held already"
echo "somebody (pid 1)" >.git/task/lock
exits 75 env TASK_LOCK_TIMEOUT=0 task-ledger --add late_log -m x 1
err_is "task-ledger: the board is locked by somebody (pid 1); waited 0 ms; try again"
untouched
exec 9>&-

it "needs no lock for -n"
exec 9<>.git/task/lock
flock -n 9
exits 0 env TASK_LOCK_TIMEOUT=0 task-ledger -n --add late_log -m x 1
exec 9>&-
untouched

it "adds all lines of programs that run at the same time"
for n in 1 2 3 4 5 6; do
	task-ledger --add late_log -m "at once $n" 1 >"$tmp/out.$n" 2>&1 &
done
wait
is "$(cat "$tmp"/out.*)" "TASK-0001
TASK-0001
TASK-0001
TASK-0001
TASK-0001
TASK-0001"
is "$(jq -r .desc "$(ledger 0001)" | grep '^at once' | sort)" "at once 1
at once 2
at once 3
at once 4
at once 5
at once 6"
is "$(git rev-list --count "$(cat "$tmp/head")..HEAD")" 6
sound

# Ledgers that are not as we write them.

it "ends its line as the others end: CRLF"
sed 's/$/\r/' "$(ledger 0002)" >"$tmp/crlf"
cat "$tmp/crlf" >"$(ledger 0002)"
git commit -qam "with CRLF"
exits 0 task-ledger --add late_log -m "one more" 2
head -n "$(wc -l <"$tmp/crlf")" "$(ledger 0002)" |
    cmp - "$tmp/crlf" >"$out" 2>&1 || fail "the lines before have changed"
tail -n 1 "$(ledger 0002)" | od -An -c | tr -d ' \n' | grep -q '}\\r\\n$' ||
    fail "the line does not end in CRLF"
sound

it "keeps a byte order mark"
printf '\357\273\277{"ts":"2025-10-18T10:00:00Z","user":"@b","event":"created","desc":"x"}\n' \
    >"$tmp/bom"
cat "$tmp/bom" >"$(ledger 0002)"
git commit -qam "with a byte order mark"
exits 0 task-ledger --add late_log -m "one more" 2
head -n 1 "$(ledger 0002)" | cmp - "$tmp/bom" >"$out" 2>&1 ||
    fail "the first line has changed"
is "$(wc -l <"$(ledger 0002)")" 2

it "starts on a line of its own after one whose end is missing"
printf '{"ts":"2025-10-18T10:00:00Z","user":"@b","event":"created","desc":"x"}' \
    >"$(ledger 0002)"
git commit -qam "without a line end"
exits 0 task-ledger --add late_log -m "one more" 2
is "$(jq -r .event "$(ledger 0002)")" "created
late_log"
is "$(wc -l <"$(ledger 0002)")" 2

it "adds to a ledger of lines without id and version as it adds to any"
printf '%s\n' \
    '{"ts": "2025-10-16T11:00:00+02:00", "user": "@bob", "event": "created"}' \
    '{"ts":"2025-10-16T09:30:00Z","user":"@bob","event":"rebalanced","reason":"so"}' \
    >"$(ledger 0002)"
cp "$(ledger 0002)" "$tmp/foreign"
git commit -qam "by another program"
exits 0 task-ledger --add late_log -m "one more" 2
head -n 2 "$(ledger 0002)" | cmp - "$tmp/foreign" >"$out" 2>&1 ||
    fail "the lines before have changed"

mark

it "names a malformed line that was committed, and adds all the same"
{ head -n 1 "$tmp/foreign"; echo hello; tail -n 1 "$tmp/foreign"; } \
    >"$(ledger 0002)"
git commit -qam "malformed"
exits 0 task-ledger --add late_log -m x 2
out_is "TASK-0002"
err_has "$(ledger 0002):2:5: "
is "$(sed -n 2p "$(ledger 0002)")" "hello"

it "adds nothing to a ledger with a malformed line that is new"
echo "me, too" >>"$(ledger 0002)"
mark
exits 65 task-ledger --add late_log -m x 2
out_is ""
err_has "task-ledger: $(ledger 0002):5:"
untouched

it "adds to the other tasks where one ledger is malformed"
exits 65 task-ledger --add late_log -m "all the same" 2 1
out_is "TASK-0001"
is "$(last 0001 | jq -r .desc)" "all the same"

mark

it "adds nothing to a ledger of a higher major version"
echo '{"ts":"2025-10-16T09:30:00Z","user":"@b","event":"created","desc":"x","version":"2.0"}' \
    >"$(ledger 0002)"
git commit -qam "of the future"
mark
exits 65 task-ledger --add late_log -m x 2
err_is "task-ledger: $(ledger 0002):1:1: its version is newer than this program reads"
untouched

it "says that a package has no ledger"
path=$(ledger 0002)
git rm -q "$path" && git commit -qm "no ledger"
mark
exits 65 task-ledger --add late_log -m x 2
err_is "task-ledger: $path: there is no such file: a package has a ledger"
untouched

it "never writes through a symbolic link"
cp "$(ledger 0001)" "$tmp/elsewhere"
cp "$tmp/elsewhere" "$tmp/same"
ln -s "$tmp/elsewhere" "$path"
exits 65 task-ledger --add late_log -m x 2
err_is "task-ledger: $path: a symbolic link, which is never followed"
cmp "$tmp/elsewhere" "$tmp/same" >"$out" || fail "the link was followed"
rm "$path"
untouched

it "changes nothing where the card is malformed, and says where"
sed 's/^priority: .*/priority: @high/' "$(card 0001)" >"$tmp/card"
cat "$tmp/card" >"$(card 0001)"
exits 65 task-ledger --add late_log -m x 1
err_is "task-ledger: $(card 0001):9:11: a value may not begin with '@': put it in quotes"
git checkout -q .work
untouched

it "changes nothing where two packages have one id"
cp -r "$(folder 0001)" .work/tasks/backlog/
exits 65 task-ledger --add late_log -m x 1
err_has "TASK-0001: two packages have this id"
rm -r .work/tasks/backlog/TASK-0001-log-in
untouched

it "says that the board is in no git repository"
mv .git "$tmp/git"
exits 66 task-ledger --add late_log -m x 1
err_has "is not in a git repository"
mv "$tmp/git" .git
untouched

# What is closed.
advance 0001 archived
mark

it "adds to a closed task nothing but what comes late"
for word in waiting_on knowledge_captured learning_completed \
    move_blocked workflow_interrupted effort_variance; do
	exits 1 task-ledger --add "$word" -m x 1
	out_is ""
	err_is "task-ledger: TASK-0001: it is closed; only late_log, p0_retrospective and followup_created can still be added"
done
untouched

it "adds to a closed task a late word, a follow-up and a look back"
for word in late_log followup_created p0_retrospective; do
	exits 0 task-ledger --add "$word" -m x 1
	is "$(events 0001 | tail -n 1)" "$word"
done
is "$(events 0001 | tail -n 4 | head -n 1)" "closed"

mark

it "adds nothing to a closed task that was edited by hand"
echo "a line more" >>"$(card 0001)"
exits 1 task-ledger --add late_log -m x 1
err_has "TASK-0001: it is closed, and was edited by hand"
git checkout -q .work
untouched

finish
