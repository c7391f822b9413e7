//! Reads the CSV file. Errors name line and column, never the value.

use std::collections::BTreeSet;
use std::io::Read;

use ivr_core::secret::Secret;

/// The columns; the first two must be there.
const COLUMNS: [&str; 9] = [
    "username",
    "area_id",
    "password",
    "date_of_birth",
    "authorized_election_ids",
    "email",
    "first_name",
    "last_name",
    "enabled",
];
const MANDATORY: usize = 2;

/// A voter of the file; `None` is an empty cell or a column that is not there.
#[derive(Debug, Clone)]
pub struct Voter {
    /// The line of the file.
    pub line: u64,
    /// The voter id.
    pub username: Secret<String>,
    /// The area.
    pub area_id: String,
    /// The PIN.
    pub password: Option<Secret<String>>,
    /// `YYYY-MM-DD`, as it is stored by default.
    pub date_of_birth: Option<Secret<String>>,
    /// Elections.
    pub elections: Option<Vec<String>>,
    /// E-mail address.
    pub email: Option<Secret<String>>,
    /// First name.
    pub first_name: Option<Secret<String>>,
    /// Last name.
    pub last_name: Option<Secret<String>>,
    /// Whether the account may be used.
    pub enabled: bool,
}

/// A line that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongLine {
    /// The first line.
    #[error("line 1: {0}")]
    Header(String),
    /// A cell.
    #[error("line {line}, column {column}: {why}")]
    Cell {
        /// The line, from 1.
        line: u64,
        /// The column's name.
        column: &'static str,
        /// What it must be.
        why: &'static str,
    },
    /// A whole line.
    #[error("line {line}: {why}")]
    Line {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        why: &'static str,
    },
}

/// Reads all lines; the voters, or everything that is wrong.
///
/// # Errors
/// Every wrong line.
pub fn read(file: impl Read) -> Result<Vec<Voter>, Vec<WrongLine>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    let places = header(&mut reader).map_err(|e| vec![e])?;
    let (mut voters, mut wrong, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let cell = |column: usize| {
                    let cell = places[column].and_then(|at| record.get(at)).unwrap_or_default();
                    (!cell.is_empty()).then_some(cell)
                };
                match voter(line, cell) {
                    Ok(voter) if seen.insert(voter.username.expose().to_lowercase()) => {
                        voters.push(voter);
                    }
                    Ok(_) => wrong.push(WrongLine::Cell {
                        line,
                        column: "username",
                        why: "appears on an earlier line too",
                    }),
                    Err(cells) => wrong.extend(cells),
                }
            }
            // The library's own message can quote the line.
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                wrong.push(WrongLine::Line {
                    line,
                    why: "has another number of columns, or is not UTF-8",
                });
            }
        }
    }
    if wrong.is_empty() { Ok(voters) } else { Err(wrong) }
}

fn header<R: Read>(reader: &mut csv::Reader<R>) -> Result<[Option<usize>; 9], WrongLine> {
    let unreadable = |_| WrongLine::Header("is not readable as UTF-8".to_owned());
    let header = reader.headers().map_err(unreadable)?;
    let names: Vec<&str> = header.iter().map(|n| n.trim_start_matches('\u{feff}')).collect();
    let place = |column: &str| names.iter().position(|n| *n == column);
    let known = COLUMNS.join(", ");
    if let Some(at) = names.iter().position(|n| !COLUMNS.contains(n)) {
        // A file without a header has a voter here: the name is not repeated.
        let why = format!("column {} has an unknown name; the columns are {known}", at + 1);
        return Err(WrongLine::Header(why));
    }
    if names.iter().collect::<BTreeSet<_>>().len() != names.len() {
        return Err(WrongLine::Header("a column appears twice".to_owned()));
    }
    if let Some(missing) = COLUMNS[..MANDATORY].iter().find(|c| place(c).is_none()) {
        return Err(WrongLine::Header(format!(
            "the column {missing} is missing; the columns are {known}"
        )));
    }
    Ok(COLUMNS.map(place))
}

fn voter<'a>(line: u64, cell: impl Fn(usize) -> Option<&'a str>) -> Result<Voter, Vec<WrongLine>> {
    let mut wrong = Vec::new();
    let mut bad =
        |column: usize, why| wrong.push(WrongLine::Cell { line, column: COLUMNS[column], why });
    let secret = |column| cell(column).map(|text: &str| Secret::new(text.to_owned()));
    for column in 0..MANDATORY {
        if cell(column).is_none() {
            bad(column, "is empty");
        }
    }
    if cell(0).is_some_and(|name| name.chars().any(|c| c.is_whitespace() || c.is_control())) {
        bad(0, "contains a blank or a control character");
    }
    if cell(2).is_some_and(|pin| pin.chars().any(|c| !c.is_ascii_digit())) {
        bad(2, "must be digits: it is keyed on a telephone");
    }
    let date_of_birth = cell(3).map(day);
    if date_of_birth == Some(None) {
        bad(3, "must be a date as YYYY-MM-DD");
    }
    let enabled = match cell(8) {
        None | Some("true") => true,
        Some("false") => false,
        Some(_) => {
            bad(8, "must be true or false");
            false
        }
    };
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Voter {
        line,
        username: secret(0).unwrap_or_else(|| Secret::new(String::new())),
        area_id: cell(1).unwrap_or_default().to_owned(),
        password: secret(2),
        date_of_birth: date_of_birth.flatten().map(Secret::new),
        elections: cell(4).map(|ids| ids.split_whitespace().map(str::to_owned).collect()),
        email: secret(5),
        first_name: secret(6),
        last_name: secret(7),
        enabled,
    })
}

/// The day as `YYYY-MM-DD`, if there is such a day.
fn day(text: &str) -> Option<String> {
    let date =
        chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)?;
    Some(date.format("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_any_order() {
        let file = "area_id,username,password,date_of_birth,authorized_election_ids\na1, 0001 ,1234,1980-01-02,e1 e2\na1,0002,,,\n";
        let voters = read(file.as_bytes()).unwrap();
        assert_eq!(voters[0].username.expose(), "0001");
        assert_eq!(voters[0].date_of_birth.as_ref().unwrap().expose(), "1980-01-02");
        assert_eq!(voters[0].elections.as_ref().unwrap(), &["e1", "e2"]);
        assert!(voters[1].password.is_none() && voters[1].enabled);
        assert!(!format!("{voters:?}").contains("1234"));
    }

    #[test]
    fn everything_that_is_wrong_at_once_and_no_value() {
        let file = "username,area_id,password,date_of_birth,enabled\n\
                    ,a,1,,\n\
                    canary 1,a,canary,canary,canary\n\
                    7,,,1980-02-30,\n\
                    Canary,a,,,\ncanary,a,,,\n\
                    9,a\n";
        let wrong = read(file.as_bytes()).unwrap_err();
        let lines: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "line 2, column username: is empty",
                "line 3, column username: contains a blank or a control character",
                "line 3, column password: must be digits: it is keyed on a telephone",
                "line 3, column date_of_birth: must be a date as YYYY-MM-DD",
                "line 3, column enabled: must be true or false",
                "line 4, column area_id: is empty",
                "line 4, column date_of_birth: must be a date as YYYY-MM-DD",
                "line 6, column username: appears on an earlier line too",
                "line 7: has another number of columns, or is not UTF-8",
            ]
        );
    }

    #[test]
    fn headers() {
        let error = |file: &str| read(file.as_bytes()).unwrap_err()[0].to_string();
        assert!(error("username,password\n").contains("area_id is missing"));
        assert!(error("username,username,area_id\n").contains("twice"));
        let unknown = error("canary,area_id\n");
        assert!(unknown.contains("column 1") && !unknown.contains("canary"), "{unknown}");
        assert!(read("\u{feff}username,area_id\n1,a\n".as_bytes()).is_ok());
    }
}
