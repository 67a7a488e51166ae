#!/bin/sh
# SPDX-License-Identifier: MIT
# The manual pages say what the programs say of themselves.
. "${TASK_SRC:?}/t/lib.sh"

man=$TASK_SRC/man
tab=$(printf '\t')

# The programs: what was built, and the scripts.
programs() {
	for f in "$TASK_BUILD"/tools/task-* "$TASK_SRC"/tools/*task*; do
		[ -f "$f" ] && [ -x "$f" ] || continue
		case ${f##*/} in
		*.*) ;;
		*) echo "${f##*/}" ;;
		esac
	done | sort -u
}

# What the program says: operands and brief; then its options.
says() {
	"$1" --complete </dev/null
}

# "letter TAB name TAB argument" of each option, in order.
options() {
	says "$1" | sed 1d | cut -f1-3 |
	    awk -F'\t' -v OFS='\t' '{ print $1, $2, tolower($3) }'
}

# The same of the option lists in a page, or in one section of it.
page_options() {
	awk -v section="$2" -v OFS='\t' '
	/^\.Sh / { here = section == "" || $0 == ".Sh " section }
	here && /^\.It Fl / {
		letter = name = arg = ""
		for (i = 2; i <= NF; i++) {
			if ($i == "Fl" && $(i + 1) ~ /^-/)
				name = substr($(++i), 2)
			else if ($i == "Fl")
				letter = $(++i)
			else if ($i == "Ar")
				arg = arg $(++i)
			else if ($i == "=")
				arg = arg "="
		}
		if (name != "")
			print letter, name, arg
	}' "$man/$1"
}

# The options that the sentence on common ones lists, as "letter TAB name".
page_common() {
	awk -v OFS='\t' '
	/^The options$/ { here = 1 }
	/^are common to the programs;$/ { here = 0 }
	here && /^\.Fl -/ { print "", substr($2, 2) }
	here && /^\.Fl [^-]/ { print $2, substr($5, 2) }' "$man/$1"
}

same() {
	printf '%s\n' "$2" >"$sandbox/a"
	printf '%s\n' "$3" >"$sandbox/b"
	diff "$sandbox/a" "$sandbox/b" >"$out" 2>&1 && return 0
	fail "$1"
	show_last
}

page_options task.7 "COMMON OPTIONS" >"$sandbox/common"
cut -f2 "$sandbox/common" >"$sandbox/common-names"

it "has a page for every program, and a program for every page"
same "programs and pages differ" "$(programs)" \
    "$(for f in "$man"/*.1; do basename "$f" .1; done | sort)"

for p in $(programs); do
	page=$p.1
	[ -f "$man/$page" ] || continue
	options "$p" >"$sandbox/options"

	it "describes $p in the words of its help"
	says "$p" >"$out"
	is "$(sed -n 's/^\.Nd //p' "$man/$page")" "$(sed -n '1s/.*	//p' "$out")"
	is "$(sed -n 's/^\.Nm //p' "$man/$page" | head -n 1)" "$p"

	it "names the operands of $p in its synopsis"
	for word in $(head -n 1 "$out" | cut -f1 | tr -c 'A-Z\n' ' ' |
	    tr 'A-Z' 'a-z'); do
		sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$man/$page" |
		    grep -q "Ar $word\$\|Ar $word " ||
		    fail "'$word' is missing"
	done

	it "describes each option of $p, in the order of its table"
	same "the options differ" \
	    "$(awk -F'\t' 'NR == FNR { common[$1]; next }
	    !($2 in common)' "$sandbox/common-names" "$sandbox/options")" \
	    "$(page_options "$page" "")"

	it "says which common options $p has"
	same "the common options differ" \
	    "$(awk -F'\t' -v OFS='\t' 'NR == FNR { common[$1]; next }
	    $2 in common { print $1, $2 }' "$sandbox/common-names" \
	    "$sandbox/options")" "$(page_common "$page")"
	while IFS= read -r line; do
		case $line in
		*"$tab"*) ;;
		*) continue ;;
		esac
		grep -qxF -e "$line" "$sandbox/common" ||
		    fail "task(7) has it otherwise: $line"
	done <<-EOF
	$(awk -F'\t' 'NR == FNR { common[$1]; next } $2 in common' \
	    "$sandbox/common-names" "$sandbox/options")
	EOF
done

it "lists the programs in task(7) in the words of their help"
for p in $(programs); do
	brief=$(says "$p" | sed -n '1s/.*	//p')
	grep -A1 -F -e ".It Xr $p 1" "$man/task.7" | grep -qxF -e "$brief" ||
	    fail "$p: $brief"
done

it "gives a letter that several programs have the meaning of task(7)"
for p in $(programs); do
	options "$p" | sed "s/^/$p	/"
done | awk -F'\t' '$2 != "" { print $2 "\t" $3 }' | sort -u | cut -f1 |
    uniq -d >"$out"
# -e effort, event; -p priority, patch; -s sign, status; -m and -k say what they
# are of.
out_is "e
p
s"
file_has "$man/task.7" "Three letters have two meanings"

it "refers only to pages that there are"
sed -n 's/.*\.*Xr \(g*i*t*-*task[a-z-]*\) \([157]\).*/\1.\2/p' \
    "$man"/*.[157] | sort -u >"$sandbox/refs"
while read -r page; do
	[ -f "$man/$page" ] || fail "there is no $page"
done <"$sandbox/refs"

if command -v mandoc >/dev/null 2>&1; then
	it "has pages that mandoc finds nothing wrong with"
	exits 0 mandoc -T lint -W warning "$man"/*.[157]
	out_is ""

	it "has pages that fit into 80 columns"
	for f in "$man"/*.[157]; do
		mandoc -T ascii -O width=78 "$f" | awk -v f="${f##*/}" '
		    { gsub(/.\010/, "") }
		    length > 80 { print f ": " $0 }'
	done >"$out"
	out_is ""
fi

finish
