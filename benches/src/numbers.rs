//! Medians of runs and geometric means of ratios.

/// The middle of the numbers, the mean of both middles when their count is even; NaN when there are none.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}

/// How far the numbers are apart: the distance of the quartiles over the median.
pub fn spread(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    if n < 2 {
        return 0.0;
    }
    (sorted[(3 * n / 4).min(n - 1)] - sorted[n / 4]) / median(numbers)
}

/// The geometric mean of ratios; NaN when there are none.
pub fn geometric_mean(ratios: &[f64]) -> f64 {
    if ratios.is_empty() {
        return f64::NAN;
    }
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}

/// A ratio with two significant digits or more.
pub fn ratio(value: f64) -> String {
    match value {
        value if value.is_nan() => "-".to_owned(),
        value if value < 0.0995 => format!("{value:.3}"),
        value if value < 9.95 => format!("{value:.2}"),
        value => format!("{value:.1}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
        assert_eq!(spread(&[1.0]), 0.0);
        assert_eq!(spread(&[1.0, 2.0, 3.0, 4.0]), 0.8);
    }

    #[test]
    fn means() {
        assert!((geometric_mean(&[0.5, 2.0]) - 1.0).abs() < 1e-12);
        assert!(geometric_mean(&[]).is_nan());
    }

    #[test]
    fn ratios_keep_two_digits() {
        let texts: Vec<String> = [0.0123, 0.5, 1.234, 12.34, f64::NAN].into_iter().map(ratio).collect();
        assert_eq!(texts, ["0.012", "0.50", "1.23", "12.3", "-"]);
    }
}
