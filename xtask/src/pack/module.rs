//! Reads a WASM module as far as functions are concerned, and writes it with its functions in
//! another order. Source: the WebAssembly specification 2.0, chapter 5, Binary Format.

use crate::Result;

/// Where a reader stands.
struct Reader<'m> {
    bytes: &'m [u8],
    at: usize,
}

impl<'m> Reader<'m> {
    fn new(bytes: &'m [u8]) -> Self {
        Reader { bytes, at: 0 }
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    fn byte(&mut self) -> Result<u8> {
        let byte = self.bytes.get(self.at).copied().ok_or("it ends too early")?;
        self.at += 1;
        Ok(byte)
    }

    fn take(&mut self, length: usize) -> Result<&'m [u8]> {
        let end = self.at.checked_add(length).ok_or("a length is too large")?;
        let taken = self.bytes.get(self.at..end).ok_or("it ends too early")?;
        self.at = end;
        Ok(taken)
    }

    fn number(&mut self) -> Result<usize> {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                return usize::try_from(number).map_err(|_| "a number is too large".to_owned());
            }
            if shift > 28 {
                return Err("a number is too large".to_owned());
            }
        }
    }

    /// Skips a number of any length and sign.
    fn skip_number(&mut self) -> Result {
        while self.byte()? >= 0x80 {}
        Ok(())
    }

    fn skip_numbers(&mut self, count: usize) -> Result {
        (0..count).try_for_each(|_| self.skip_number())
    }

    fn text(&mut self) -> Result<&'m [u8]> {
        let length = self.number()?;
        self.take(length)
    }
}

fn push_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 & 0x7F | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Copies while renumbering functions.
struct Copier<'m, 'n> {
    from: Reader<'m>,
    /// The new number of each function.
    numbers: &'n [usize],
    out: Vec<u8>,
}

impl<'m> Copier<'m, '_> {
    /// Copies what the reader goes over while `read` runs.
    fn copy<T>(&mut self, read: impl FnOnce(&mut Reader<'m>) -> Result<T>) -> Result<T> {
        let start = self.from.at;
        let result = read(&mut self.from)?;
        self.out.extend_from_slice(&self.from.bytes[start..self.from.at]);
        Ok(result)
    }

    fn function(&mut self) -> Result {
        let old = self.from.number()?;
        let new = self.numbers.get(old).ok_or("a function is not there")?;
        push_number(&mut self.out, *new);
        Ok(())
    }

    /// Copies instructions up to the `end` that matches none of them.
    fn expression(&mut self) -> Result {
        let mut depth = 0_usize;
        loop {
            let code = self.copy(Reader::byte)?;
            match code {
                // unreachable, nop, else, return, drop, select, ref.is_null
                0x00 | 0x01 | 0x05 | 0x0F | 0x1A | 0x1B | 0xD1 => {}
                // block, loop, if
                0x02..=0x04 => {
                    depth += 1;
                    self.copy(Reader::skip_number)?;
                }
                0x0B if depth == 0 => return Ok(()),
                0x0B => depth -= 1,
                // call, return_call, ref.func
                0x10 | 0x12 | 0xD2 => self.function()?,
                // br_table
                0x0E => self.copy(|from| {
                    let count = from.number()?;
                    from.skip_numbers(count + 1)
                })?,
                // select with types
                0x1C => self.copy(|from| {
                    let count = from.number()?;
                    from.skip_numbers(count)
                })?,
                // br, br_if, variables, tables, memory.size and .grow, constants, ref.null
                0x0C | 0x0D | 0x20..=0x26 | 0x3F..=0x42 | 0xD0 => self.copy(Reader::skip_number)?,
                // call_indirect, return_call_indirect; loads and stores
                0x11 | 0x13 | 0x28..=0x3E => self.copy(|from| from.skip_numbers(2))?,
                0x43 => self.copy(|from| from.take(4).map(drop))?,
                0x44 => self.copy(|from| from.take(8).map(drop))?,
                // Numeric instructions.
                0x45..=0xC4 => {}
                0xFC => self.copy(|from| {
                    let operands = match from.number()? {
                        0..=7 => 0,
                        9 | 11 | 13 | 15..=17 => 1,
                        8 | 10 | 12 | 14 => 2,
                        more => return Err(format!("instruction 0xFC {more} is not known")),
                    };
                    from.skip_numbers(operands)
                })?,
                more => return Err(format!("instruction {more:#04X} is not known")),
            }
        }
    }

    fn list(&mut self, mut each: impl FnMut(&mut Self) -> Result) -> Result {
        let count = self.copy(Reader::number)?;
        (0..count).try_for_each(|_| each(self))
    }

    /// A segment of a table.
    fn element(&mut self) -> Result {
        let flags = self.copy(Reader::number)?;
        if flags > 7 {
            return Err("a kind of table segment is not known".to_owned());
        }
        let (is_active, has_table, has_expressions) = (flags & 1 == 0, flags & 2 != 0, flags & 4 != 0);
        if is_active && has_table {
            self.copy(Reader::skip_number)?;
        }
        if is_active {
            self.expression()?;
        }
        if !is_active || has_table {
            self.copy(Reader::byte)?;
        }
        if has_expressions { self.list(Self::expression) } else { self.list(Self::function) }
    }

    fn global(&mut self) -> Result {
        self.copy(|from| from.take(2).map(drop))?;
        self.expression()
    }

    fn export(&mut self) -> Result {
        self.copy(Reader::text)?;
        match self.copy(Reader::byte)? {
            0 => self.function(),
            _ => self.copy(Reader::skip_number),
        }
    }

    fn body(&mut self) -> Result {
        self.list(|copier| copier.copy(|from| from.skip_numbers(2)))?;
        self.expression()?;
        if self.from.is_at_end() { Ok(()) } else { Err("a function goes on behind its end".to_owned()) }
    }
}

/// How many functions are imported: they come first and keep their numbers.
fn imported(section: &[u8]) -> Result<usize> {
    let mut from = Reader::new(section);
    let mut functions = 0;
    for _ in 0..from.number()? {
        from.text()?;
        from.text()?;
        match from.byte()? {
            0 => {
                functions += 1;
                from.skip_number()?;
            }
            kind @ (1 | 2) => {
                if kind == 1 {
                    from.byte()?;
                }
                let limits = from.number()?;
                from.skip_numbers(1 + (limits & 1))?;
            }
            3 => drop(from.take(2)?),
            _ => return Err("a kind of import is not known".to_owned()),
        }
    }
    Ok(functions)
}

/// The module with its functions in the order that `order` gives for their bodies.
pub fn reorder(module: &[u8], order: fn(&[&[u8]]) -> Vec<usize>) -> Result<Vec<u8>> {
    let header = module.get(..8).filter(|h| h.starts_with(b"\0asm\x01\0\0\0")).ok_or("it is no module")?;
    let mut from = Reader::new(module);
    from.at = header.len();
    let mut sections = Vec::new();
    while !from.is_at_end() {
        let id = from.byte()?;
        sections.push((id, from.text()?));
    }
    let section = |wanted: u8| sections.iter().find(|(id, _)| *id == wanted).map(|(_, bytes)| *bytes);
    // Names would have to be renumbered, and are not in what is published.
    if sections.iter().any(|(id, bytes)| *id == 0 && bytes.get(1..5) == Some(b"name")) {
        return Err("it has names".to_owned());
    }

    let imports = section(2).map_or(Ok(0), imported)?;
    let mut code = Reader::new(section(10).unwrap_or(&[0]));
    let bodies = (0..code.number()?).map(|_| code.text()).collect::<Result<Vec<_>>>()?;
    let mut types = Reader::new(section(3).unwrap_or(&[0]));
    let types = (0..types.number()?).map(|_| types.number()).collect::<Result<Vec<_>>>()?;
    if types.len() != bodies.len() {
        return Err("it has functions without a body".to_owned());
    }
    let order = order(&bodies);
    let mut numbers: Vec<usize> = (0..imports + bodies.len()).collect();
    for (new, old) in order.iter().enumerate() {
        numbers[imports + old] = imports + new;
    }

    let mut out = header.to_vec();
    for (id, bytes) in &sections {
        let mut copier = Copier { from: Reader::new(bytes), numbers: &numbers, out: Vec::new() };
        match id {
            3 => {
                push_number(&mut copier.out, types.len());
                order.iter().for_each(|old| push_number(&mut copier.out, types[*old]));
                copier.from.at = bytes.len();
            }
            6 => copier.list(Copier::global)?,
            7 => copier.list(Copier::export)?,
            8 => copier.function()?,
            9 => copier.list(Copier::element)?,
            10 => {
                push_number(&mut copier.out, bodies.len());
                for old in &order {
                    let from = Reader::new(bodies[*old]);
                    let mut body = Copier { from, numbers: &numbers, out: Vec::new() };
                    body.body()?;
                    push_number(&mut copier.out, body.out.len());
                    copier.out.extend_from_slice(&body.out);
                }
                copier.from.at = bytes.len();
            }
            _ => copier.copy(|from| from.take(bytes.len()).map(drop))?,
        }
        if !copier.from.is_at_end() {
            return Err(format!("section {id} goes on behind its end"));
        }
        out.push(*id);
        push_number(&mut out, copier.out.len());
        out.extend_from_slice(&copier.out);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::reorder;

    /// Two functions of different types, the first calling the second; the second exported, the
    /// first in a table.
    const MODULE: &[u8] = &[
        0, b'a', b's', b'm', 1, 0, 0, 0, // header
        1, 8, 2, 0x60, 0, 0, 0x60, 0, 1, 0x7F, // types: [] -> [], [] -> [i32]
        3, 3, 2, 0, 1, // functions
        4, 4, 1, 0x70, 0, 1, // a table
        7, 5, 1, 1, b'f', 0, 1, // the export
        9, 7, 1, 0, 0x41, 0, 0x0B, 1, 0, // the table's segment
        10, 12, 2, 5, 0, 0x10, 1, 0x1A, 0x0B, 4, 0, 0x41, 5, 0x0B, // code
    ];

    #[test]
    fn functions_are_renumbered_wherever_they_are_named() {
        let swapped = reorder(MODULE, |_| vec![1, 0]).expect("a module");
        let expected: &[u8] = &[
            0, b'a', b's', b'm', 1, 0, 0, 0, //
            1, 8, 2, 0x60, 0, 0, 0x60, 0, 1, 0x7F, //
            3, 3, 2, 1, 0, //
            4, 4, 1, 0x70, 0, 1, //
            7, 5, 1, 1, b'f', 0, 0, //
            9, 7, 1, 0, 0x41, 0, 0x0B, 1, 1, //
            10, 12, 2, 4, 0, 0x41, 5, 0x0B, 5, 0, 0x10, 0, 0x1A, 0x0B,
        ];
        assert_eq!(swapped, expected);
        assert_eq!(reorder(&swapped, |_| vec![1, 0]).as_deref(), Ok(MODULE));
        assert_eq!(reorder(MODULE, |_| vec![0, 1]).as_deref(), Ok(MODULE));
    }

    #[test]
    fn what_is_cut_short_or_unknown_is_refused() {
        for length in 0..MODULE.len() {
            let cut = reorder(&MODULE[..length], |bodies| (0..bodies.len()).collect());
            // Cut between two sections it may still be a module.
            assert!(cut.is_err() || cut.as_deref() == Ok(&MODULE[..length]), "{length}");
        }
        let simd = MODULE.iter().map(|byte| if *byte == 0x1A { 0xFD } else { *byte }).collect::<Vec<_>>();
        assert!(reorder(&simd, |_| vec![0, 1]).is_err());
    }
}
