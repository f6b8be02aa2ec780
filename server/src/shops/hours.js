// One day's opening hours on other days, too: most shops have the same on most days.
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const tools = document.getElementById('hours-tools');
const fields = (day) => [...document.querySelectorAll(`input[name^="opens-${day}-"], input[name^="closes-${day}-"]`)];

if (tools) {
  tools.hidden = false;
  for (const button of tools.querySelectorAll('[data-copy-days]')) {
    button.addEventListener('click', () => {
      const monday = fields('mon').map((field) => field.value);
      for (const day of button.dataset.copyDays === 'all' ? days : days.slice(0, 5)) {
        fields(day).forEach((field, index) => {
          field.value = monday[index];
          if (field.value) field.closest('details')?.setAttribute('open', '');
        });
      }
    });
  }
}
