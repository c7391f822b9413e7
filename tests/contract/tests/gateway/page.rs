//! The matrix as a page: `docs/permission-matrix.md`.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::ensure;

use super::matrix::{Columns, READS, ROLES, WRITES};
use super::writing::CASES;

fn path() -> PathBuf {
    super::server::hasura().join("../docs/permission-matrix.md")
}

/// The page as the matrix is.
pub(crate) fn text() -> String {
    let mut page = String::from(
        "# Permission matrix\n\n\
         Written by the test that asks it of a server (`cargo test -p contract --test gateway`;\n\
         `WRITE_PERMISSION_MATRIX=1` writes it anew). Every row named here is in the test's world: those\n\
         seen were seen, those not seen were asked for by their key and did not come. An operation that is\n\
         not named does not exist for the role: that was asked as well, for each table, in each\n\
         of its forms. Why it is so:\n\
         [0053](adr/0053-database-roles.md).\n",
    );
    for (role, whose) in ROLES {
        let _ = write!(page, "\n## `{role}`\n\n{}.\n", capital(whose));
        let reads: Vec<_> = READS.iter().filter(|reads| reads.role == role).collect();
        if !reads.is_empty() {
            page.push_str("\n| Reads | Rows seen | Rows not seen | Columns | Totals |\n|---|---|---|---|---|\n");
        }
        for reads in reads {
            let columns = match reads.columns {
                Columns::AllBut([]) => "all".to_owned(),
                Columns::AllBut(hidden) => format!("all but {}", hidden.join(", ")),
                Columns::Only(some) => some.join(", "),
            };
            let totals = if reads.totals { "yes" } else { "no" };
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {columns} | {totals} |",
                reads.table,
                reads.sees.join("; "),
                if reads.hides.is_empty() { "none".to_owned() } else { reads.hides.join("; ") },
            );
        }
        let cases: Vec<_> = CASES.iter().filter(|case| case.role == role).collect();
        if !cases.is_empty() {
            page.push_str("\n| Writes | What is tried | Answer |\n|---|---|---|\n");
        }
        for case in &cases {
            let answer =
                case.refused.map_or("accepted".to_owned(), |code| format!("refused, `{code}`"));
            let _ = writeln!(
                page,
                "| {} `{}` | {} | {answer} |",
                case.operation, case.table, case.tries
            );
        }
        if cases.is_empty() && !READS.iter().any(|reads| reads.role == role) {
            page.push_str("\nNothing exists.\n");
        }
    }
    page
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The page in the repository is the matrix of this test.
pub(crate) fn is_checked_in() -> anyhow::Result<()> {
    for (role, table, operation) in WRITES {
        ensure!(
            CASES
                .iter()
                .any(|case| (case.role, case.table, case.operation) == (role, table, operation)
                    && case.refused.is_some()),
            "{role} {operation} {table} has no case that is refused"
        );
    }
    if std::env::var_os("WRITE_PERMISSION_MATRIX").is_some() {
        std::fs::write(path(), text())?;
    }
    let checked_in = std::fs::read_to_string(path()).unwrap_or_default();
    ensure!(
        checked_in == text(),
        "docs/permission-matrix.md is of another matrix; WRITE_PERMISSION_MATRIX=1 writes it anew"
    );
    Ok(())
}
