//! What a statement may use: the variables in sight with their kinds, the functions defined so far, and the work that is left.

use super::rng::Rng;

/// What a variable holds or an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Always an integer.
    Int,
    /// An integer or a float.
    Num,
    /// A short string.
    Str,
    /// A boolean.
    Bool,
    /// A point of the class `P`.
    Point,
    /// A record with numbers `x` and `y`, perhaps a number `z`, perhaps a record `sub`.
    Rec,
    /// An array of one or more numbers.
    Arr,
    /// A function from a number to a number.
    Fun,
    /// Anything, nil included.
    Any,
}

/// The kinds that a variable may be declared with.
pub(super) const KINDS: [Kind; 9] =
    [Kind::Int, Kind::Num, Kind::Str, Kind::Bool, Kind::Point, Kind::Rec, Kind::Arr, Kind::Fun, Kind::Any];

/// A variable.
#[derive(Clone, Debug)]
pub(super) struct Var {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Loop variables and constants are only read.
    pub(super) assignable: bool,
    /// Executions that one call costs, when this names a function.
    pub(super) cost: i64,
}

/// The state of a generation.
#[derive(Debug)]
pub(super) struct Cx {
    pub(super) rng: Rng,
    scopes: Vec<Vec<Var>>,
    next_name: usize,
    /// How many times the statement in hand runs.
    pub(super) times: i64,
    /// Executions left for the program.
    budget: i64,
    /// Loops around the statement in hand, inside its function.
    pub(super) loops: usize,
    /// Blocks of all sorts around it.
    pub(super) depth: usize,
    /// Whether errors are caught around it.
    pub(super) guarded: bool,
}

/// Executions of statements that a program may cost.
const BUDGET: i64 = 12_000;

impl Cx {
    pub(super) fn new(seed: u64) -> Cx {
        Cx {
            rng: Rng::new(seed),
            scopes: vec![Vec::new()],
            next_name: 0,
            times: 1,
            budget: BUDGET,
            loops: 0,
            depth: 0,
            guarded: false,
        }
    }

    /// A new name with the given first letter.
    pub(super) fn name(&mut self, letter: char) -> String {
        self.next_name += 1;
        format!("{letter}{}", self.next_name)
    }

    /// Puts a variable in sight.
    pub(super) fn declare(&mut self, name: &str, kind: Kind, assignable: bool) {
        self.declare_function(name, kind, assignable, 2);
    }

    /// Puts a variable in sight that costs something to call.
    pub(super) fn declare_function(&mut self, name: &str, kind: Kind, assignable: bool, cost: i64) {
        let var = Var { name: name.to_owned(), kind, assignable, cost };
        self.scopes.last_mut().expect("there is always a scope").push(var);
    }

    /// Makes what `body` declares invisible behind it.
    pub(super) fn scoped<T>(&mut self, body: impl FnOnce(&mut Cx) -> T) -> T {
        self.scopes.push(Vec::new());
        self.depth += 1;
        let result = body(self);
        self.depth -= 1;
        self.scopes.pop();
        result
    }

    /// A variable of the kind, if one is in sight.
    pub(super) fn var(&mut self, kind: Kind) -> Option<Var> {
        self.choose(|var| var.kind == kind)
    }

    /// A variable of the kind that may be assigned.
    pub(super) fn target(&mut self, kind: Kind) -> Option<Var> {
        self.choose(|var| var.kind == kind && var.assignable)
    }

    /// A function that can still be afforded here; the call is charged.
    pub(super) fn callee(&mut self) -> Option<Var> {
        let (times, budget) = (self.times, self.budget);
        let found = self.choose(|var| var.kind == Kind::Fun && var.cost.saturating_mul(times) <= budget / 4)?;
        self.budget -= found.cost.saturating_mul(times);
        Some(found)
    }

    /// All variables of the outermost scope.
    pub(super) fn globals(&self) -> &[Var] {
        &self.scopes[0]
    }

    /// Charges the statement in hand; false when the budget is spent.
    pub(super) fn charge(&mut self) -> bool {
        self.budget -= self.times;
        self.budget > 0
    }

    /// The most rounds that a loop may run here.
    pub(super) fn rounds(&self) -> i64 {
        (self.budget / self.times / 8).clamp(1, 300)
    }

    /// The budget, to see what a piece of code cost.
    pub(super) fn budget(&self) -> i64 {
        self.budget
    }

    fn choose(&mut self, fits: impl Fn(&Var) -> bool) -> Option<Var> {
        let found: Vec<&Var> = self.scopes.iter().flatten().filter(|var| fits(var)).collect();
        if found.is_empty() {
            return None;
        }
        Some(found[self.rng.index(found.len())].clone())
    }
}
